import path from 'node:path';
import { installationRoot, type Profile } from '@nautilus/config';

/** Where the synthesized configuration of a profile is kept between commands; its own folder, so that profiles never mix. */
export const deploymentOutput = (profile: Pick<Profile, 'name'>, root = installationRoot()): string =>
  path.join(root, '.nautilus', profile.name, 'cdktf.out');

/** Where what was deployed last with a profile is kept. */
export const deployedOutput = (profile: Pick<Profile, 'name'>, root = installationRoot()): string =>
  path.join(root, '.nautilus', profile.name, 'deployed');
