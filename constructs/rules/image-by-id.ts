import { Token } from 'cdktf';
import type { Rule } from './rule';

export const imageById: Rule = {
  id: 'NAUT_RULE_IMAGE_BY_ID',
  about: 'runs an image by its id',
  check: ({ imageInput: image }) =>
    image && Token.isUnresolved(image) ? undefined : `takes its image by name (${image}); take imageId of an Image`,
};
