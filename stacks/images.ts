import { BuiltImage, PulledImage } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** Every image, on the machine before anything is stopped for it. */
export class Images extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'images', props);
    new PulledImage(this, 'redis', { reference: props.profile.images.redis });
    // Prefixed, because cdktf calls the state's place `backend` in every stack.
    for (const bundle of Object.values(props.bundles))
      new BuiltImage(this, `image-${bundle.name}`, { bundle, context: `../../images/${bundle.name}` });
  }
}
