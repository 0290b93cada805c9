import { Volume } from '@cdktf/provider-docker/lib/volume';
import { labels, type Profile } from '@nautilus/config';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { platformUser } from '../service/user';
import { volumeNameOf } from './volume';

/** Memory that the engines' rings live in: a tmpfs that every container of the platform's user may write. */
export class SharedMemory extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { profile }: { readonly profile: Profile }) {
    super(scope, id);
    this.name = volumeNameOf(profile, 'shared-memory');
    const volume = new Volume(this, 'volume', {
      name: this.name,
      driver: 'local',
      driverOpts: {
        type: 'tmpfs',
        device: 'tmpfs',
        o: `size=${profile.docker.sharedMemory.toMountOption()},uid=${platformUser.uid},gid=${platformUser.gid},mode=0770`,
      },
      labels: [
        { label: labels.project, value: profile.project },
        { label: labels.stack, value: TerraformStack.of(this).node.id },
      ],
    });
    volume.overrideLogicalId('shared-memory');
  }
}
