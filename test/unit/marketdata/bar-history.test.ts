import { MemoryManager } from '@nautilus/core/memory';
import type { BarBuilder } from '../../../engines/marketdata/bar-builder';
import { BarHistory } from '../../../engines/marketdata/bar-history';

const bar = (seconds: number, index: number) =>
  ({
    seconds,
    timeNs: index * 1e9,
    open: index,
    high: index + 1,
    low: index - 1,
    close: index + 0.5,
    volume: index * 10,
    notional: index * 100,
    trades: index % 7,
  }) as unknown as BarBuilder;
const blocks = (memory: MemoryManager) => memory.report().pools.find(({ name }) => name === 'historical')!;

test('keeps the bars of each length, oldest first, in memory of the pool `historical`', () => {
  const memory = new MemoryManager({ budget: 64 * 2 ** 20 });
  const history = new BarHistory([1, 60], memory);
  expect(history.last(1, 10)).toEqual([]);
  expect(history.last(5, 10)).toBeUndefined();
  for (let index = 1; index <= 1300; index++) history.add(bar(1, index));
  history.add(bar(60, 7));
  const bars = history.last(1, 1000)!;
  expect(bars.map(({ open }) => open)).toEqual(Array.from({ length: 1000 }, (_, index) => 301 + index));
  expect(history.last(60, 5)).toEqual([
    { timeNs: 7e9, open: 7, high: 8, low: 6, close: 7.5, volume: 70, notional: 700, trades: 0 },
  ]);
  expect(history.last(1, 1e6)).toHaveLength(1300);
  expect(blocks(memory)).toMatchObject({ blocks: 4, usedBytes: 4 * 32_768 });
});

test('forgets the oldest when there are more than a day has, and its memory comes back', () => {
  const memory = new MemoryManager({ budget: 64 * 2 ** 20 });
  const history = new BarHistory([1], memory);
  for (let index = 1; index <= 40_000; index++) history.add(bar(1, index));
  const bars = history.last(1, 1e6)!;
  expect(bars.length).toBeGreaterThanOrEqual(29_000);
  expect(bars.length).toBeLessThanOrEqual(31_000);
  expect(bars.at(-1)!.open).toBe(40_000);
  expect(blocks(memory).blocks).toBe(Math.ceil(bars.length / 512));
});

test('where the pool is small, the oldest make room', () => {
  const memory = new MemoryManager({ budget: 4 * 2 ** 20 });
  const history = new BarHistory([1], memory);
  for (let index = 1; index <= 40_000; index++) history.add(bar(1, index));
  expect(blocks(memory).freeBytes).toBeLessThan(32_768);
  expect(history.last(1, 1)![0]!.open).toBe(40_000);
  expect(history.last(1, 1e6)!.length).toBeGreaterThan(10_000);
});
