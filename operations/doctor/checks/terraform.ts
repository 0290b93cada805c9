import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { providerRegistry, terraformEnvironment, terraformProgram } from '../../terraform/environment';
import type { Check, Finding, Machine } from '../finding';
import { howToGet } from '../how-to-get';
import { isAtLeast } from '../version';

const oldestTerraform = '1.5';
const oldestProvider = '4.5';

const needed = {
  use: 'deploy',
  neededFor: `deploy, diff and destroy (Terraform ${oldestTerraform} or later, or OpenTofu)`,
} as const;

/** Terraform or OpenTofu applies what was synthesized. */
export const terraform: Check = async ({ run, env, host }) => {
  const program = terraformProgram(env);
  const fix = howToGet('terraform', host);
  const result = await run(program, ['version', '-json'], terraformEnvironment(env));
  if (!result)
    return [
      {
        name: 'Terraform',
        state: 'missing',
        found: `no program ${program}`,
        ...needed,
        fix,
        code: 'NAUT_TERRAFORM_MISSING',
      },
    ];
  const version = versionOf(result.stdout);
  const enough = version !== undefined && isAtLeast(version, oldestTerraform);
  return [
    {
      name: 'Terraform',
      state: enough ? 'ok' : 'too old',
      found: version ?? `${program} version says: ${(result.stdout || result.stderr).split('\n')[0]}`,
      ...needed,
      ...(!enough && { fix, code: 'NAUT_TERRAFORM_TOO_OLD' as const }),
    },
  ];
};

/** The version in the output of `terraform version -json`, or of an old one that knows no -json. */
function versionOf(output: string): string | undefined {
  try {
    return (JSON.parse(output) as { terraform_version?: string }).terraform_version;
  } catch {
    return /^(?:Terraform|OpenTofu) v(\S+)/m.exec(output)?.[1];
  }
}

/** The provider is on this machine, or its registry can be reached: Terraform fetches it at the first deployment. */
export const provider: Check = async ({ env, host }) => {
  const finding = {
    name: 'Docker provider',
    use: 'deploy',
    neededFor: `Terraform (kreuzwerker/docker ${oldestProvider} or later)`,
  } as const;
  const registry = providerRegistry(terraformProgram(env));
  const here = newestProvider(env, registry);
  if (here) return [{ ...finding, state: 'ok', found: `${here.version} in ${here.folder}` }];
  const reachable = await fetch(`https://${registry}/.well-known/terraform.json`, {
    signal: AbortSignal.timeout(3_000),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
  return [
    reachable
      ? { ...finding, state: 'ok', found: 'not here yet; Terraform fetches it at the first deployment' }
      : ({
          ...finding,
          state: 'missing',
          found: 'not on this machine, and its registry does not answer',
          fix: howToGet('provider', host),
        } satisfies Finding),
  ];
};

/** Folders in which Terraform looks for providers before it asks the registry. */
function mirrors(env: Machine['env']): string[] {
  const home = env.HOME ?? os.homedir();
  const data = [
    env.XDG_DATA_HOME ?? join(home, '.local', 'share'),
    ...(env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(':'),
  ];
  return [
    join(home, '.terraform.d', 'plugins'),
    join(home, 'Library', 'Application Support', 'io.terraform', 'plugins'),
    ...data.map((folder) => join(folder, 'terraform', 'plugins')),
    ...(env.TF_PLUGIN_CACHE_DIR ? [env.TF_PLUGIN_CACHE_DIR] : []),
  ];
}

function newestProvider(env: Machine['env'], registry: string): { version: string; folder: string } | undefined {
  const system = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  for (const mirror of mirrors(env)) {
    const folder = join(mirror, registry, 'kreuzwerker', 'docker');
    if (!existsSync(folder)) continue;
    const versions = readdirSync(folder).filter(
      (version) =>
        isAtLeast(version, oldestProvider) && version.startsWith('4.') && existsSync(join(folder, version, system)),
    );
    const version = versions.sort((a, b) => (isAtLeast(a, b) ? -1 : 1))[0];
    if (version) return { version, folder };
  }
  return undefined;
}
