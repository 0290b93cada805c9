import { catalog, type EngineName, engineNames, type Profile, type StackName } from '@nautilus/config';

/** Engines of one stack that the profile deploys, in the catalogue's order. */
export const enginesOf = (profile: Profile, stack: StackName): readonly EngineName[] =>
  engineNames.filter((name) => catalog[name].stack === stack && profile.services[name]);
