import { Volume } from '@cdktf/provider-docker/lib/volume';
import { labels, type Profile } from '@nautilus/config';
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
  readonly name: string;

  constructor(scope: Construct, id: string, props: PersistentVolumeProps) {
    super(scope, id);
    this.name = volumeNameOf(props.profile, props.volume);
    const volume = new Volume(this, 'volume', {
      name: this.name,
      driver: 'local',
      labels: [
        { label: labels.project, value: props.profile.project },
        { label: labels.stack, value: TerraformStack.of(this).node.id },
      ],
      // A changed label would replace the volume, and the data with it.
      lifecycle: { preventDestroy: !props.released, ignoreChanges: ['labels'] },
    });
    volume.overrideLogicalId(props.volume);
  }
}
