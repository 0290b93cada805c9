import type { Profile } from '@nautilus/config';
import type { Bundles } from './bundles';

/** Deployed in this order, destroyed in the opposite one. */
export const stackIds = ['storage', 'images', 'foundation', 'trading', 'edge', 'monitoring', 'dashboards'] as const;
export type StackId = (typeof stackIds)[number];

export interface PlatformStackProps {
  readonly profile: Profile;
  /** Build contexts of our own images. */
  readonly bundles: Bundles;
  /** Absolute path of the folder with the states, where the profile keeps them in files. */
  readonly stateFolder: string;
  /** May the volumes be deleted with all that is in them? */
  readonly releaseVolumes: boolean;
}
