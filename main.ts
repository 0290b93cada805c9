import { join } from 'node:path';
import { defaultProfile, installationRoot, leftOut, loadProfile, NautilusError } from '@nautilus/config';
import { forgetSynthesis } from '@nautilus/manifest';
import { synthesize } from '@nautilus/stacks';

/**
 * The app that `cdktf` and `nautilus` run: the profile named by NAUTILUS_PROFILE becomes stacks and a manifest in the output folder.
 * NAUTILUS_STATE_DIR moves Terraform's state; NAUTILUS_RELEASE_VOLUMES=1 lets the volumes be destroyed;
 * NAUTILUS_WITHOUT names optional services that are left out, separated by commas.
 */
function main(env: NodeJS.ProcessEnv): void {
  const root = installationRoot();
  const output = env.CDKTF_OUTDIR ?? join(root, 'cdktf.out');
  forgetSynthesis(output);
  synthesize(loadProfile(env.NAUTILUS_PROFILE ?? defaultProfile, { without: leftOut(env) }), {
    sources: { engines: join(root, 'dist', 'engines') },
    output,
    state: env.NAUTILUS_STATE_DIR,
    releaseVolumes: env.NAUTILUS_RELEASE_VOLUMES === '1',
  });
}

try {
  main(process.env);
} catch (error) {
  if (!(error instanceof NautilusError)) throw error;
  process.stderr.write(`${error.format()}\n`);
  process.exitCode = 1;
}
