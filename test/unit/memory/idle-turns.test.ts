import os from 'node:os';
import type { Handle } from '@nautilus/core/memory';
import { Registry } from 'prom-client';
import { EngineMemory } from '../../../engines/core/kernel/memory';

const latency = { record: () => {} };
const engine = () =>
  new EngineMemory(
    { service: 'marketdata', sharedMemory: os.tmpdir(), memory: { claimBytes: 64 * 2 ** 20 } } as never,
    () => latency,
    new Registry(),
  );

const historical = (memory: EngineMemory) =>
  memory
    .manager()
    .report()
    .pools.find(({ name }) => name === 'historical')!;

/** Fills the pool of histories with blocks of 4 KiB and frees every second one. */
function chessboard(memory: EngineMemory): Handle<Uint8Array>[] {
  const manager = memory.manager();
  const count = Math.trunc(historical(memory).capacityBytes / 4096);
  const blocks = Array.from({ length: count }, () => manager.allocate('historical', 4096, { movable: true }));
  for (const [index, block] of blocks.entries()) manager.use(block, (view) => view.fill(index & 255));
  for (const [index, block] of blocks.entries()) if (index % 2 === 0) manager.free(block);
  return blocks.filter((_, index) => index % 2 === 1);
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('idle turns move blocks together a little at a time, and then leave them alone until the next look', () => {
  const memory = engine();
  const kept = chessboard(memory);
  expect(historical(memory).fragmentation).toBeGreaterThan(0.9);
  const defragment = jest.spyOn(memory.manager(), 'defragment');
  memory.tidy();
  expect(defragment.mock.results[0]!.value.movedBytes).toBeLessThanOrEqual(16 * 1024);
  for (let turn = 0; turn < kept.length; turn++) memory.tidy();
  expect(historical(memory).fragmentation).toBe(0);
  kept.forEach((block, index) => {
    memory.manager().use(block, (view) => expect(view.every((byte) => byte === ((2 * index + 1) & 255))).toBe(true));
  });

  defragment.mockClear();
  memory.tidy();
  expect(defragment).not.toHaveBeenCalled();
  memory.manager().free(kept[0]!);
  jest.advanceTimersByTime(5000);
  memory.tidy();
  expect(defragment.mock.results[0]!.value.movedBlocks).toBeGreaterThan(0);
  memory.stop();
});

test('an engine that never asked for memory has none after its idle turns', () => {
  const memory = engine();
  memory.tidy();
  expect(memory.current).toBeUndefined();
});
