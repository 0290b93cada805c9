import { OrderCache, PlatformNetwork, PostgresDatabase, Secrets, SharedMemory } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { imageOf } from './bundles';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** What the engines stand on: network, secrets, shared memory, database, cache. */
export class Foundation extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'foundation', props);
    const { profile, bundles } = props;
    const { network } = new PlatformNetwork(this, 'network', { profile });
    const { container: secrets } = new Secrets(this, 'secrets', {
      profile,
      image: imageOf(profile, bundles, 'secrets'),
    });
    new SharedMemory(this, 'shared-memory', { profile });
    new PostgresDatabase(this, 'postgres', {
      profile,
      image: imageOf(profile, bundles, 'postgres'),
      after: [network, secrets],
    });
    new OrderCache(this, 'redis', { profile, after: [network, secrets] });
  }
}
