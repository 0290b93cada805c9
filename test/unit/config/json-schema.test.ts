import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileJsonSchema, profileNames, profilesFolder } from '@nautilus/config';

test('schema.json is what `nautilus profiles schema` prints', () => {
  const written = JSON.parse(readFileSync(join(profilesFolder(), 'schema.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(profileJsonSchema())));
});

test.each(profileNames())('%s tells the editor where the schema is', (name) => {
  const [first] = readFileSync(join(profilesFolder(), `${name}.yaml`), 'utf8').split('\n');
  expect(first).toBe('# yaml-language-server: $schema=./schema.json');
});
