import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProfile, ProfileError, profileBudget, profilesFolder } from '@nautilus/config';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { writeProfiles } from './profile-file';

type Tree = { [key: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Every path into a value, inner ones too. */
function paths(value: unknown, above: string[] = []): string[][] {
  if (!isTree(value)) return [above];
  const below = Object.entries(value).flatMap(([key, part]) => paths(part, [...above, key]));
  return above.length > 0 ? [above, ...below] : below;
}

function replaced(tree: unknown, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(tree) as Tree;
  const parent = path.slice(0, -1).reduce((node, key) => node[key] as Tree, copy);
  const last = path.at(-1)!;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

const laptop: unknown = parse(readFileSync(join(profilesFolder(), 'laptop.yaml'), 'utf8'));
const file = writeProfiles({ 'changed.yaml': '' });
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    0,
    -1,
    1.5,
    1e12,
    '8GB',
    '64GiB',
    '0MiB',
    '10.0.0.0/24',
    'all',
    'sample',
    true,
  ),
  fc.jsonValue(),
);

test('any one value of a profile changed to anything: it loads and fits, or every mistake has a code, a place and a fix', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paths(laptop)), anything, (path, value) => {
      writeFileSync(file, stringify(replaced(laptop, path, value)));
      try {
        expect(profileBudget(loadProfile(file)).shortfall.bytes).toBe(0);
      } catch (error) {
        if (!(error instanceof ProfileError)) throw error;
        for (const problem of error.problems) {
          expect(problem.code).toMatch(/^NAUT_[A-Z_]+$/);
          expect(problem.position?.line).toBeGreaterThan(0);
          expect(problem.allowed ?? '').not.toBe('');
        }
      }
    }),
    { numRuns: 200 },
  );
});
