import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type NamedProfile, NautilusError, type Profile, profileArgument } from '@nautilus/config';
import { type Manifest, manifestPath, readManifest, stackFolder } from '@nautilus/manifest';
import { writeImageFiles } from './image-files';
import { deployedOutput } from './workspace';

/** What a running platform is compared with. */
export interface Deployed {
  readonly manifest: Manifest;
  /** Folder with manifest.json and the stacks, as cdktf lays them out. */
  readonly folder: string;
  /** ISO 8601; absent for a synthesis of which nobody knows whether it was deployed. */
  readonly deployedAt?: string;
}

/** Of a stack: what Terraform plans, and which providers it took for it. */
const stackFiles = ['cdk.tf.json', '.terraform.lock.hcl'] as const;

/** Terraform's own folder in that of a stack: providers, and where the state is. */
const terraformFolder = '.terraform';

/**
 * Keeps what is about to be deployed until something else is: the next synthesis, or a profile that changes, is no drift.
 * Terraform's own folders stay with the synthesis and are pointed to.
 *
 * @param output folder of the synthesis
 * @param stacks those that are deployed: one that is left out is no drift either
 */
export function writeDeployed(
  profile: Pick<Profile, 'name'>,
  output: string,
  stacks: readonly string[],
  root?: string,
): void {
  const folder = deployedOutput(profile, root);
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  for (const stack of stacks) {
    const [from, to] = [stackFolder(output, stack), stackFolder(fresh, stack)];
    mkdirSync(to, { recursive: true });
    for (const file of stackFiles)
      if (existsSync(path.join(from, file))) copyFileSync(path.join(from, file), path.join(to, file));
    symlinkSync(path.join(from, terraformFolder), path.join(to, terraformFolder));
  }
  writeImageFiles(output, fresh);
  copyFileSync(manifestPath(output), manifestPath(fresh));
  const old = `${fresh}.old`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Nothing is deployed any more. */
export const forgetDeployed = (profile: Pick<Profile, 'name'>, root?: string): void =>
  rmSync(deployedOutput(profile, root), { recursive: true, force: true });

/**
 * What was deployed last with this profile, or tried to be.
 * @throws NautilusError NAUT_NOT_DEPLOYED; NAUT_MANIFEST_VERSION, NAUT_MANIFEST_INVALID where another version of Nautilus wrote it
 */
export function requireDeployed(profile: NamedProfile, root?: string): Deployed {
  const deploy = `nautilus deploy --profile ${profileArgument(profile)}`;
  const folder = deployedOutput(profile, root);
  if (!existsSync(manifestPath(folder)))
    throw new NautilusError({
      code: 'NAUT_NOT_DEPLOYED',
      message: `profile ${profile.name} was not deployed from this installation, or not since it keeps a record of that`,
      fix: `run \`${deploy}\` (it changes nothing where nothing differs), or name the folder of the synthesis with --declaration`,
    });
  try {
    return { ...declarationIn(folder), deployedAt: statSync(manifestPath(folder)).mtime.toISOString() };
  } catch (error) {
    if (!(error instanceof NautilusError)) throw error;
    const { code, message, details } = error;
    throw new NautilusError({
      code,
      message,
      details,
      fix: `run \`${deploy}\`: it is written anew`,
      cause: error,
    });
  }
}

/** As {@link requireDeployed}; undefined where there is none that can be read. */
export function lastDeployed(profile: NamedProfile, root?: string): Deployed | undefined {
  try {
    return requireDeployed(profile, root);
  } catch (error) {
    if (error instanceof NautilusError) return undefined;
    throw error;
  }
}

/** What was synthesized into a folder. @throws NautilusError NAUT_MANIFEST_MISSING, NAUT_MANIFEST_VERSION, NAUT_MANIFEST_INVALID */
export const declarationIn = (folder: string): Deployed => {
  const absolute = path.resolve(folder);
  return { manifest: readManifest(manifestPath(absolute)), folder: absolute };
};

/** The stacks of a declaration that Terraform can plan, in order of deployment. */
export const plannableStacks = ({ manifest, folder }: Deployed): readonly string[] =>
  manifest.stacks
    .map(({ name }) => name)
    .filter((name) => existsSync(path.join(stackFolder(folder, name), stackFiles[0])));
