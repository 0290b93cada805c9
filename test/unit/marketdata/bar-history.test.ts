import { BarKind } from '@nautilus/core/domain';
import { MemoryManager } from '@nautilus/core/memory';
import { BarBuilder } from '../../../engines/marketdata/bars/bar-builder';
import { BarHistory } from '../../../engines/marketdata/bars/bar-history';

const seconds = (size: number) => ({ kind: BarKind.time, size });
const bar = (instrument: number, size: number, index: number) =>
  Object.assign(new BarBuilder(instrument, seconds(size)), {
    timeNs: index * 1e9,
    open: index,
    high: index + 1,
    low: index - 1,
    close: index + 0.5,
    volume: index * 10,
    notional: index * 100,
    trades: index % 7,
  });
const blocks = (memory: MemoryManager) => memory.report().pools.find(({ name }) => name === 'historical')!;

test('keeps the bars of each instrument and size, oldest first, in memory of the pool `historical`', () => {
  const memory = new MemoryManager({ budget: 64 * 2 ** 20 });
  const history = new BarHistory(memory);
  expect(history.last(1, seconds(1), 10)).toEqual([]);
  for (let index = 1; index <= 1300; index++) history.add(bar(1, 1, index));
  history.add(bar(1, 60, 7));
  history.add(bar(2, 1, 9));
  const bars = history.last(1, seconds(1), 1000);
  expect(bars.map(({ open }) => open)).toEqual(Array.from({ length: 1000 }, (_, index) => 301 + index));
  expect(history.last(1, seconds(60), 5)).toEqual([
    { timeNs: 7e9, open: 7, high: 8, low: 6, close: 7.5, volume: 70, notional: 700, trades: 0 },
  ]);
  expect(history.last(1, seconds(1), 1e6)).toHaveLength(1300);
  expect(history.last(2, seconds(1), 1e6)).toHaveLength(1);
  expect(blocks(memory)).toMatchObject({ blocks: 21 + 2, usedBytes: 23 * 4096 });
});

test('forgets the oldest when there are more than a day has, and its memory comes back', () => {
  const memory = new MemoryManager({ budget: 64 * 2 ** 20 });
  const history = new BarHistory(memory);
  for (let index = 1; index <= 40_000; index++) history.add(bar(1, 1, index));
  const bars = history.last(1, seconds(1), 1e6);
  expect(bars.length).toBeGreaterThanOrEqual(29_000);
  expect(bars.length).toBeLessThanOrEqual(31_000);
  expect(bars.at(-1)!.open).toBe(40_000);
  expect(blocks(memory).blocks).toBe(Math.ceil(bars.length / 64));
});

test('where the pool is small, the oldest of the longest series make room, and each instrument keeps its newest', () => {
  const memory = new MemoryManager({ budget: 4 * 2 ** 20 });
  const history = new BarHistory(memory);
  for (let index = 1; index <= 40_000; index++) history.add(bar(1, 1, index));
  expect(blocks(memory).freeBytes).toBeLessThan(32_768);
  for (let instrument = 2; instrument < 100; instrument++) history.add(bar(instrument, 1, 7));
  expect(history.last(99, seconds(1), 1)[0]!.open).toBe(7);
  expect(history.last(1, seconds(1), 1)[0]!.open).toBe(40_000);
  expect(history.last(1, seconds(1), 1e6).length).toBeGreaterThan(10_000);
});
