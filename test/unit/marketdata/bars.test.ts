import { BarKind } from '@nautilus/core/domain';
import { Random } from '@nautilus/core/numerics';
import type { BarSpec } from '../../../engines/marketdata/bars/bar-builder';
import { BarSet } from '../../../engines/marketdata/bars/bar-set';

interface Trade {
  readonly instrument: number;
  readonly timeNs: number;
  readonly price: number;
  readonly quantity: number;
}

/** Trades of several instruments, some of them for hours without one. */
function trades(seed: number, count: number): Trade[] {
  const random = new Random(seed);
  let timeNs = 34_200e9;
  return Array.from({ length: count }, () => {
    timeNs += random.below(20) === 0 ? random.below(200) * 1e9 : random.below(1e9);
    const instrument = 1 + Math.floor(random.uniform() ** 2 * 5);
    return { instrument, timeNs, price: 900_000 + random.below(200_000), quantity: 1 + random.below(3000) };
  });
}

const summary = (group: readonly Trade[]) => ({
  open: group[0]!.price,
  high: Math.max(...group.map(({ price }) => price)),
  low: Math.min(...group.map(({ price }) => price)),
  close: group.at(-1)!.price,
  volume: group.reduce((sum, { quantity }) => sum + quantity, 0),
  notional: group.reduce((sum, { price, quantity }) => sum + price * quantity, 0),
  trades: group.length,
});

/** The finished bars of one instrument, from all its trades at once. */
function naive(all: readonly Trade[], { kind, size }: BarSpec, nowNs: number) {
  const groups: Trade[][] = [];
  if (kind === BarKind.time) {
    const byStart = new Map<number, Trade[]>();
    for (const trade of all) {
      const start = Math.floor(trade.timeNs / (size * 1e9)) * size * 1e9;
      byStart.set(start, [...(byStart.get(start) ?? []), trade]);
    }
    return [...byStart]
      .filter(([start]) => start + size * 1e9 <= nowNs)
      .map(([timeNs, group]) => ({ timeNs, ...summary(group) }));
  }
  let open: Trade[] = [];
  for (const trade of all) {
    open.push(trade);
    const { volume, notional } = summary(open);
    const reached = { [BarKind.tick]: open.length, [BarKind.volume]: volume, [BarKind.dollar]: notional / 10_000 }[
      kind
    ]!;
    if (reached < size) continue;
    groups.push(open);
    open = [];
  }
  return groups.map((group) => ({ timeNs: group[0]!.timeNs, ...summary(group) }));
}

const specs: BarSpec[] = [
  { kind: BarKind.time, size: 1 },
  { kind: BarKind.time, size: 7 },
  { kind: BarKind.time, size: 3600 },
  { kind: BarKind.tick, size: 1 },
  { kind: BarKind.tick, size: 13 },
  { kind: BarKind.volume, size: 5000 },
  { kind: BarKind.volume, size: 1 },
  { kind: BarKind.dollar, size: 1_000_000 },
];

test.each([1, 2, 3])('bars of every kind are those of the trades, seed %i', (seed) => {
  const all = trades(seed, 3000);
  const finished = new Map<string, object[]>();
  const ends: number[] = [];
  let nowNs = 0;
  const set = new BarSet(specs, ({ instrument, spec, timeNs, open, high, low, close, volume, notional, trades }) => {
    const key = `${instrument} ${spec.kind} ${spec.size}`;
    const bars = finished.get(key) ?? [];
    finished.set(key, bars);
    bars.push({ timeNs, open, high, low, close, volume, notional, trades });
    if (spec.kind === BarKind.time) ends.push(timeNs + spec.size * 1e9);
  });
  for (const trade of all) {
    nowNs = trade.timeNs;
    set.advance(nowNs);
    set.trade(trade.instrument, trade.timeNs, trade.price, trade.quantity);
  }
  nowNs += 600e9;
  set.advance(nowNs);
  for (const instrument of [1, 2, 3, 4, 5])
    for (const spec of specs) {
      const expected = naive(
        all.filter((trade) => trade.instrument === instrument),
        spec,
        nowNs,
      );
      expect(expected.length).toBeGreaterThan(0);
      expect(finished.get(`${instrument} ${spec.kind} ${spec.size}`)).toEqual(expected);
    }
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
});
