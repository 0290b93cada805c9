import { Volume } from '@cdktf/provider-docker/lib/volume';
import { labels, type Profile } from '@nautilus/config';
import type { ManifestVolume } from '@nautilus/manifest';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { type StateVolume, volumeNameOf } from './volume';

export interface PersistentVolumeProps {
  readonly profile: Profile;
  readonly volume: StateVolume;
  /** May Terraform delete the volume and what is in it? @default false */
  readonly released?: boolean;
}

/** A named volume whose content nobody can make again: Terraform refuses to delete it until it is released. */
export class PersistentVolume extends Construct {
  /** What Docker was asked for, for who compares it with what there is. */
  readonly declared: ManifestVolume;

  constructor(scope: Construct, id: string, { profile, volume, released }: PersistentVolumeProps) {
    super(scope, id);
    const stack = TerraformStack.of(this).node.id;
    this.declared = {
      name: volumeNameOf(profile, volume),
      stack,
      purpose: `state: ${volume}`,
      kept: true,
      driver: 'local',
      options: {},
      labels: { [labels.project]: profile.project, [labels.stack]: stack },
    };
    new Volume(this, 'volume', {
      name: this.declared.name,
      driver: this.declared.driver,
      labels: Object.entries(this.declared.labels).map(([label, value]) => ({ label, value })),
      // A changed label would replace the volume, and the data with it.
      lifecycle: { preventDestroy: !released, ignoreChanges: ['labels'] },
    }).overrideLogicalId(volume);
  }
}
