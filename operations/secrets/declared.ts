import { NautilusError, type Profile } from '@nautilus/config';
import { type Manifest, manifestPath, readManifest } from '@nautilus/manifest';
import { synthesize } from '../terraform/synthesize';
import { deploymentOutput } from '../terraform/workspace';

/** What the last deployment from this installation declared; where there was none, what the profile declares now. */
export async function declaredPlatform(profileName: string, profile: Profile): Promise<Manifest> {
  const output = deploymentOutput(profile);
  try {
    return readManifest(manifestPath(output));
  } catch (error) {
    if (!(error instanceof NautilusError)) throw error;
    return synthesize({ profile: profileName, output });
  }
}
