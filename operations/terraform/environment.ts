import fs from 'node:fs';

/** The terraform program: `terraform` on the PATH, or the one that cdktf is told to use. */
export const terraformProgram = (env: NodeJS.ProcessEnv = process.env): string =>
  env.TERRAFORM_BINARY_NAME ?? 'terraform';

/**
 * Environment of a terraform process: no prompts, no call home, the same Docker engine as ours. A TF_CLI_CONFIG_FILE
 * that names a missing file is left out: terraform would warn about it in the middle of every output.
 */
export function terraformEnvironment(env: NodeJS.ProcessEnv, dockerHost: string | undefined): NodeJS.ProcessEnv {
  const child: NodeJS.ProcessEnv = {
    ...env,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
  };
  if (child.TF_CLI_CONFIG_FILE !== undefined && !fs.existsSync(child.TF_CLI_CONFIG_FILE))
    delete child.TF_CLI_CONFIG_FILE;
  return child;
}
