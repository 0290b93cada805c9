import assert from 'node:assert/strict';
import fc from 'fast-check';
import { IdTable } from '../../../engines/core/matching/id-table';

/** How ids may be given out: in sequence, with an account or a shard in other bits, from above, or at random. */
const PATTERNS: readonly (readonly [string, (n: number) => number])[] = [
  ['in sequence', (n) => n],
  ['in steps of 64', (n) => n * 64],
  ['in the upper bits', (n) => n << 16],
  ['from the largest down', (n) => 0x7fffffff - n],
  ['all over', (n) => (Math.imul(n, 0x5bd1e995) >>> 1) | 1],
];

describe.each(PATTERNS)('the id table agrees with a map on ids %s', (_, idOf) => {
  test.each([1, 2, 31, 33, 100])('with room for %d', (capacity) => {
    const command = fc.tuple(fc.integer({ min: 1, max: Math.min(30_000, 3 * capacity + 4) }), fc.boolean());
    const commands = fc.array(command, { minLength: 1, maxLength: 600, size: 'max' });
    fc.assert(
      fc.property(commands, (list) => {
        const table = new IdTable(capacity);
        const map = new Map<number, number>();
        for (const [index, [n, adds]] of list.entries()) {
          const id = idOf(n);
          const place = table.find(id);
          assert.equal(place < 0 ? undefined : table.valueAt(place), map.get(id));
          if (adds && place < 0 && map.size < capacity) {
            table.insertAt(~place, id, index);
            map.set(id, index);
          } else if (!adds && place >= 0) {
            table.removeAt(place);
            map.delete(id);
          }
        }
        for (const [id, value] of map) assert.equal(table.valueAt(table.find(id)), value);
      }),
      { numRuns: 60 },
    );
  });
});
