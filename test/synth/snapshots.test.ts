import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotFiles, snapshotText } from './support/snapshot';
import { profiles, synthesis } from './support/synthesis';

const folder = join(__dirname, 'snapshots');
const update = process.env.NAUTILUS_UPDATE_SNAPSHOTS === '1';

describe.each(profiles)('profile %s', (name) => {
  const result = synthesis(name);
  const files = snapshotFiles(new Map(result.manifest.stacks.map((stack) => [stack.name, result.stack(stack.name)])));
  if (update) rmSync(join(folder, name), { recursive: true, force: true });

  test.each([...files])('%s is declared as in its snapshot', (file, resources) => {
    const path = join(folder, name, `${file}.yaml`);
    const actual = snapshotText(resources);
    if (update || (!existsSync(path) && !process.env.CI)) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(path, actual);
    }
    // `npm run snapshots:explain` says in words what changed; NAUTILUS_UPDATE_SNAPSHOTS=1 writes what was wanted.
    expect(actual).toBe(readFileSync(path, 'utf8'));
  });

  test('no snapshot is of a service that is not deployed', () => {
    expect(readdirSync(join(folder, name)).sort()).toEqual([...files.keys()].map((file) => `${file}.yaml`).sort());
  });
});
