import { loadProfile, NautilusError, profileArgument } from '@nautilus/config';
import { requireEngine } from '@nautilus/operations/docker';
import type { Layer, LookProps } from '@nautilus/operations/drift';
import { asDeployed, declarationIn, requireDeployed } from '@nautilus/operations/terraform';

export interface LookOptions {
  readonly profile: string;
  readonly declaration?: string;
  readonly layer?: readonly Layer[];
  readonly service?: string;
}

/** What is looked at: the profile's engine, and what was deployed there. */
export async function lookProps({ profile: name, declaration, layer, service }: LookOptions): Promise<LookProps> {
  const profile = loadProfile(name);
  const declared = declaration === undefined ? requireDeployed(profile) : declarationIn(declaration);
  const known = declared.manifest.services.map((one) => one.name);
  if (service !== undefined && !known.includes(service))
    throw new NautilusError({
      code: 'NAUT_SERVICE_UNKNOWN',
      message: `profile ${profile.name} deployed no service "${service}"`,
      details: [`allowed: ${known.join(', ')}`],
    });
  const docker = await requireEngine(profile.docker);
  const changed = declared.manifest.profile.hash !== asDeployed(name, profile, declared.manifest).hash;
  const notes = changed
    ? [
        `profile ${profile.name} has changed since it was deployed: \`nautilus diff --profile ${profileArgument(profile)}\` tells what a deployment would do`,
      ]
    : [];
  return { docker, declared, layers: layer, service, notes };
}
