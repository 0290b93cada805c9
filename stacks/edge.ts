import { Engine } from '@nautilus/constructs';
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
    for (const engine of enginesOf(profile, 'edge'))
      new Engine(this, `engine-${engine}`, { profile, engine, image: imageOf(profile, bundles, engine) });
  }
}
