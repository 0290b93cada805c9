import { BookMirror, DepthRows, loadLobster } from '../../../engines/marketdata/lobster';
import { bestQuotes, sampleMessages } from './sample';

const withoutRepetition = (lines: readonly string[]) => lines.filter((line, i) => i === 0 || line !== lines[i - 1]);

/** Length of the longest common subsequence of two lists that differ little (Myers, 1986). */
function common(a: readonly string[], b: readonly string[]): number {
  const furthest = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= a.length + b.length; edits++) {
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down = furthest.get(diagonal + 1) ?? -1;
      const right = (furthest.get(diagonal - 1) ?? -2) + 1;
      let x = Math.max(down, right);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return (a.length + b.length - edits) / 2;
    }
  }
  return 0;
}

test("the sample gives the exchange's own best quotes", async () => {
  const session = await loadLobster(sampleMessages);
  const mirror = new BookMirror(session);
  const rows = new DepthRows(1);
  const ours: string[] = [];
  for (let index = 0; index < session.events.count; index++) {
    mirror.advance(index, index);
    ours.push(rows.row(mirror.book));
  }
  const theirs = withoutRepetition(bestQuotes());
  expect(ours).toHaveLength(40_000);
  expect(common(withoutRepetition(ours), theirs) / theirs.length).toBeGreaterThanOrEqual(0.9999);
});

test('every replay leaves the same book', async () => {
  const session = await loadLobster(sampleMessages);
  const hashes = [1, 2].map(() => {
    const mirror = new BookMirror(session);
    mirror.advance(0, session.events.count - 1);
    return mirror.book.hash();
  });
  expect(hashes[0]).toBe(hashes[1]);
});

test('a level that does not exist has the dummy values of LOBSTER', async () => {
  const session = await loadLobster(sampleMessages);
  const mirror = new BookMirror(session);
  expect(new DepthRows(2).row(mirror.book)).toBe('9999999999,0,-9999999999,0,9999999999,0,-9999999999,0');
});
