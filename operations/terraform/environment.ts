import fs from 'node:fs';
import path from 'node:path';

/** Programs that can do the work, the first of them that is found. */
const programs = ['terraform', 'tofu'] as const;

/** The one that TERRAFORM_BINARY_NAME names (cdktf reads it too), else terraform, else OpenTofu when only that is on the PATH. */
export function terraformProgram(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TERRAFORM_BINARY_NAME) return env.TERRAFORM_BINARY_NAME;
  return programs.find((program) => isOnPath(program, env)) ?? programs[0];
}

/** Registry in which a program looks for a provider whose source names none. */
export const providerRegistry = (program: string): string =>
  /^tofu/.test(path.basename(program)) ? 'registry.opentofu.org' : 'registry.terraform.io';

function isOnPath(program: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      fs.accessSync(path.join(folder, program), fs.constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Environment of a terraform process: no prompts, no call home, the same Docker engine as ours. A TF_CLI_CONFIG_FILE
 * that names a missing file is left out: terraform would warn about it in the middle of every output.
 *
 * @param own variables of this call; undefined ones are taken out. @default none
 */
export function terraformEnvironment(
  env: NodeJS.ProcessEnv,
  own: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  const child: NodeJS.ProcessEnv = { ...env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0', ...own };
  for (const [name, value] of Object.entries(child)) if (value === undefined) delete child[name];
  if (child.TF_CLI_CONFIG_FILE !== undefined && !fs.existsSync(child.TF_CLI_CONFIG_FILE))
    delete child.TF_CLI_CONFIG_FILE;
  return child;
}
