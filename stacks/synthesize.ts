import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installationRoot, type Profile } from '@nautilus/config';
import { forgetSynthesis, type Manifest, manifestPath, stackFolder, writeManifest } from '@nautilus/manifest';
import { assembleBundles, type BundleSources } from './bundles';
import { declaration } from './declaration';
import { platform } from './platform';
import { stackIds } from './props';
import { pinProvider } from './provider-lock';

export interface SynthesisOptions {
  readonly sources: BundleSources;
  /** Folder of what is written; emptied of the last synthesis first. */
  readonly output: string;
  /** Folder of all states, one below it for each profile. @default .nautilus where the platform is installed */
  readonly state?: string;
  /** May the volumes be deleted? @default false */
  readonly releaseVolumes?: boolean;
}

/** Writes the stacks, the build contexts and the manifest of a profile. Throws NautilusError; then no stack is left to deploy. */
export function synthesize(profile: Profile, options: SynthesisOptions): Manifest {
  const { output, releaseVolumes = false } = options;
  const stateFolder = join(options.state ?? join(installationRoot(), '.nautilus'), profile.name, 'terraform');

  forgetSynthesis(output);
  forgetBackendsOfOthers(output, profile.name);
  const bundles = assembleBundles(profile, options.sources);
  const app = platform(output, { profile, bundles, stateFolder, releaseVolumes });
  app.synth();
  for (const stack of stackIds) if (app.node.tryFindChild(stack)) pinProvider(stackFolder(output, stack), stack);
  for (const bundle of Object.values(bundles)) bundle.writeTo(join(output, 'images', bundle.name));

  const manifest = declaration(app, profile);
  writeManifest(manifestPath(output), manifest);
  return manifest;
}

/**
 * After another profile in the same folder, Terraform would ask whether that one's state shall be moved; it shall not. What the
 * same profile noted stays: when its state is kept elsewhere now, Terraform says so, and nobody begins with an empty one unaware.
 */
function forgetBackendsOfOthers(output: string, profile: string): void {
  const owner = join(output, 'profile');
  if (existsSync(owner) && readFileSync(owner, 'utf8') === profile) return;
  for (const stack of stackIds)
    rmSync(join(stackFolder(output, stack), '.terraform', 'terraform.tfstate'), { force: true });
  mkdirSync(output, { recursive: true });
  writeFileSync(owner, profile);
}
