import { PersistentVolume, stateVolumes } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** The named volumes: the only state of the platform. Destroyed on demand and never with the rest. */
export class Storage extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'storage', props);
    for (const volume of stateVolumes)
      new PersistentVolume(this, volume, { profile: props.profile, volume, released: props.releaseVolumes });
  }
}
