import { Image } from '@cdktf/provider-docker/lib/image';
import { Construct } from 'constructs';

/** Somebody else's image, fetched before anything is stopped for it. */
export class PulledImage extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { name, reference }: { readonly name: string; readonly reference: string },
  ) {
    super(scope, id);
    const image = new Image(this, 'image', { name: reference, keepLocally: true });
    image.overrideLogicalId(name);
  }
}
