import { Image } from '@cdktf/provider-docker/lib/image';
import { Construct } from 'constructs';
import type { ImageBundle } from './image-bundle';

export interface BuiltImageProps {
  readonly bundle: ImageBundle;
  /** Folder of the build context, as Terraform sees it from the stack's own folder. */
  readonly context: string;
}

/** An image of ours, built by Terraform from a bundle. That the engine still has it under its name is asked before a plan. */
export class BuiltImage extends Construct {
  constructor(scope: Construct, id: string, { bundle, context }: BuiltImageProps) {
    super(scope, id);
    const image = new Image(this, 'image', {
      name: bundle.reference,
      buildAttribute: { context, dockerfile: 'Dockerfile' },
      triggers: { content: bundle.hash },
      // The old image of a running container cannot be removed; what is left over is pruned after the deployment.
      keepLocally: true,
    });
    image.overrideLogicalId(bundle.name);
  }
}
