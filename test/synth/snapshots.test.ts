import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profiles, type StackJson, synthesis } from './support/synthesis';

const folder = join(__dirname, 'snapshots');
const update = process.env.NAUTILUS_UPDATE_SNAPSHOTS === '1';

/** A resource as text that a person can compare: an attribute a line, JSON inside a text taken apart. */
function readable(type: string, attributes: Record<string, unknown>): string {
  const lines = (value: unknown, indent: string): string[] => {
    if (value === null || typeof value !== 'object') return [`${indent}${JSON.stringify(value)}`];
    return Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .flatMap(([key, entry]) => {
        const name = Array.isArray(value) ? '-' : `${key}:`;
        if (entry === null || typeof entry !== 'object') return [`${indent}${name} ${plain(entry, indent)}`];
        return [`${indent}${name}`, ...lines(entry, `${indent}  `)];
      });
  };
  return [type, ...lines(attributes, '  '), ''].join('\n');
}

function plain(entry: unknown, indent: string): string {
  if (typeof entry !== 'string') return JSON.stringify(entry);
  const [, name, json] = /^(\w+)=(\{.*\})$/s.exec(entry) ?? [];
  const text = json ? `${name}=${JSON.stringify(JSON.parse(json), null, 2)}` : entry;
  return text.includes('\n') ? text.split('\n').join(`\n${indent}    `) : text;
}

/** Tags are hashes of fixtures here: they say nothing. */
const withoutHashes = (text: string) => text.replace(/(:|: |content: )[0-9a-f]{12}([0-9a-f]{52})?$/gm, '$1<hash>');

/** All resources that bear a name, over all stacks: one file a service, one for what serves them all. */
function byService(stacks: readonly StackJson[]): Map<string, string> {
  const files = new Map<string, string>();
  const containers = stacks.flatMap(({ resource }) => Object.keys(resource.docker_container ?? {}));
  for (const { resource } of stacks)
    for (const [type, resources] of Object.entries(resource))
      for (const [name, { '//': _, ...attributes }] of Object.entries(resources)) {
        const owner =
          containers.find((container) => name === container || name.startsWith(`${container}-`)) ?? 'shared';
        files.set(owner, `${files.get(owner) ?? ''}${readable(`${type}.${name}`, attributes)}\n`);
      }
  return files;
}

describe.each(profiles)('profile %s', (name) => {
  const result = synthesis(name);
  const files = byService(['storage', 'images', 'foundation', 'trading'].map((id) => result.stack(id)));

  test.each([...files])('%s is declared as in its snapshot', (service, text) => {
    const file = join(folder, name, `${service}.txt`);
    const actual = withoutHashes(text);
    if (update || (!existsSync(file) && !process.env.CI)) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(file, actual);
    }
    // A wanted change is written with NAUTILUS_UPDATE_SNAPSHOTS=1.
    expect(actual).toBe(readFileSync(file, 'utf8'));
  });
});
