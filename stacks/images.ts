import { deployedServices } from '@nautilus/config';
import { BuiltImage, PulledImage } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { imageOf } from './bundles';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** Every image, on the machine before anything is stopped for it. */
export class Images extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'images', props);
    const { profile, bundles } = props;
    for (const { name } of deployedServices(profile))
      if (!bundles[name]) new PulledImage(this, `image-${name}`, { name, reference: imageOf(profile, bundles, name) });
    // Prefixed, because cdktf calls the state's place `backend` in every stack.
    for (const bundle of Object.values(bundles))
      new BuiltImage(this, `image-${bundle.name}`, { bundle, context: `../../images/${bundle.name}` });
  }
}
