import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Declaration } from '../../../engines/secrets';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Root may give a file to any group; others only to their own. */
const group = (gid: number) => (process.getuid?.() === 0 ? gid : (process.getgid?.() ?? gid));

/** A folder as the volume is, gone when the tests of a file are done, and what is declared for it. */
export function emptyVolume(change: Partial<NonNullable<Declaration['gateway']>> = {}) {
  const directory = mkdtempSync(path.join(tmpdir(), 'nautilus-secrets-'));
  folders.push(directory);
  const declaration = {
    directory,
    journalKeys: [{ file: 'oms-journal-keys', gid: group(20_004) }],
    passwords: [
      { file: 'postgres-password', gid: group(20_001) },
      { file: 'viewer-password', gid: group(20_002) },
      { file: 'trader-password', gid: group(20_002) },
    ],
    users: {
      file: 'gateway.htpasswd',
      gid: group(20_003),
      passwords: { viewer: 'viewer-password', trader: 'trader-password' },
    },
    gateway: {
      from: 'platform',
      certificate: { file: 'gateway.crt', gid: group(20_003) },
      key: { file: 'gateway.key', gid: group(20_003) },
      names: ['localhost', 'trading.example', '127.0.0.1', '::1'],
      authority: {
        certificate: { file: 'authority.crt', gid: group(20_003) },
        key: { file: 'authority.key', gid: group(20_002) },
        name: 'Nautilus authority of a test',
      },
      ...change,
    },
  } satisfies Declaration;
  return { directory, declaration, file: (name: string) => path.join(directory, name) };
}

/** Every file of a folder with its content. */
export const contentOf = (directory: string): Record<string, string> =>
  Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(path.join(directory, name), 'utf8')]));
