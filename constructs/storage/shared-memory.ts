import { Volume } from '@cdktf/provider-docker/lib/volume';
import { labels, type Profile } from '@nautilus/config';
import type { ManifestVolume } from '@nautilus/manifest';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { platformUser } from '../service/user';
import { volumeNameOf } from './volume';

/** Memory that the engines' rings live in: a tmpfs that every container of the platform's user may write. */
export class SharedMemory extends Construct {
  /** What Docker was asked for, for who compares it with what there is. */
  readonly declared: ManifestVolume;

  constructor(scope: Construct, id: string, { profile }: { readonly profile: Profile }) {
    super(scope, id);
    const stack = TerraformStack.of(this).node.id;
    this.declared = {
      name: volumeNameOf(profile, 'shared-memory'),
      stack,
      purpose: "the engines' rings, in memory",
      kept: false,
      driver: 'local',
      options: {
        type: 'tmpfs',
        device: 'tmpfs',
        o: `size=${profile.docker.sharedMemory.toMountOption()},uid=${platformUser.uid},gid=${platformUser.gid},mode=0770`,
      },
      labels: { [labels.project]: profile.project, [labels.stack]: stack },
    };
    new Volume(this, 'volume', {
      name: this.declared.name,
      driver: this.declared.driver,
      driverOpts: this.declared.options,
      labels: Object.entries(this.declared.labels).map(([label, value]) => ({ label, value })),
    }).overrideLogicalId('shared-memory');
  }
}
