import * as z from 'zod';
import { ProfileSchema } from './schema';

/**
 * JSON Schema of a profile file, for editors. A file that extends another may leave out whatever the other says, so keys
 * are required only inside list items, which are never merged.
 */
export function profileJsonSchema(): object {
  const schema = z.toJSONSchema(ProfileSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema, path }) => {
      if (!path.includes('items')) delete jsonSchema.required;
    },
  });
  return { ...schema, title: 'Nautilus tune profile' };
}
