import { Engine, Gateway } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { imageOf } from './bundles';
import { enginesOf } from './engines';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** What people and programs outside meet: the gateway, and the API and page behind it. */
export class Edge extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'edge', props);
    const { profile, bundles } = props;
    const behind = enginesOf(profile, 'edge').map(
      (engine) =>
        new Engine(this, `engine-${engine}`, { profile, engine, image: imageOf(profile, bundles, engine) }).service
          .container,
    );
    if (profile.services.nginx)
      new Gateway(this, 'nginx', { profile, image: imageOf(profile, bundles, 'nginx'), after: behind });
  }
}
