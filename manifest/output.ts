import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const stacksFolder = (output: string) => join(output, 'stacks');

export const manifestPath = (output: string) => join(output, 'manifest.json');

/** Folder of a stack inside an output folder, as cdktf lays it out. */
export const stackFolder = (output: string, stack: string) => join(stacksFolder(output), stack);

/** Takes the last synthesis away: one that fails must not leave an old stack to deploy. Terraform's own folders stay: they hold the providers. */
export function forgetSynthesis(output: string): void {
  rmSync(manifestPath(output), { force: true });
  const stacks = stacksFolder(output);
  for (const stack of existsSync(stacks) ? readdirSync(stacks) : [])
    rmSync(join(stackFolder(output, stack), 'cdk.tf.json'), { force: true });
}
