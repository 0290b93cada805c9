import { type Handle, MemoryManager } from '@nautilus/core/memory';
import { Profiler, WINDOW_MS } from '../../../engines/core/memory/profiler';

const MIB = 2 ** 20;
/** Where it is called: what a site in the next line must name. */
const nextLine = (): string => {
  const [, line] = /profiler\.test\.ts:(\d+)/.exec(new Error().stack?.split('\n')[2] ?? '') ?? [];
  return `profiler.test.ts:${Number(line) + 1}:`;
};

test('without recording no stack is walked and no site is known', () => {
  const capture = jest.spyOn(Error, 'captureStackTrace');
  const memory = new MemoryManager({ budget: 16 * MIB });
  for (let i = 0; i < 100; i++) memory.free(memory.allocate('trading', 64));
  expect(capture).not.toHaveBeenCalled();
  expect(memory.profile()).toEqual({ recording: 'off', everyBytes: null, sites: [] });
  expect(memory.leaks(0)).toEqual([]);
  capture.mockRestore();
});

test('a full recording names the function, file and line that holds memory, and how much', () => {
  const memory = new MemoryManager({ budget: 16 * MIB, profiler: { recording: 'full' } });
  const line = nextLine();
  const keepBars = () => memory.allocateArray('historical', Float64Array, 100);
  const passThrough = () => memory.allocate('risk', 500);
  const bars = [keepBars(), keepBars(), keepBars()];
  memory.free(bars.pop()!);
  for (let i = 0; i < 10; i++) memory.free(passThrough());
  const { sites } = memory.profile();
  const held = sites.filter(({ bytes }) => bytes > 0);
  expect(held).toHaveLength(2);
  for (const site of held) {
    expect(site.site).toContain(line);
    expect(site).toMatchObject({ pool: 'historical', peakBytes: 800 });
    expect(site.callers.length).toBeGreaterThan(0);
  }
  const through = sites.find(({ pool }) => pool === 'risk');
  expect(through).toMatchObject({
    pool: 'risk',
    blocks: 0,
    bytes: 0,
    allocations: 10,
    allocatedBytes: 5000,
    oldestMs: null,
  });
});

test('a sample is taken each time that so many bytes were allocated', () => {
  const memory = new MemoryManager({ budget: 16 * MIB, profiler: { recording: 'sampled', everyBytes: 10_000 } });
  for (let i = 0; i < 1000; i++) memory.allocate('trading', 100);
  expect(memory.profile().sites[0]).toMatchObject({ blocks: 10 });
  memory.profiler.configure({ recording: 'off' });
  memory.allocate('historical', MIB);
  expect(memory.profile().sites).toHaveLength(1);
});

describe('leak detection', () => {
  test('finds the planted leak at its site, as one that grows, beside a cache that is only held', () => {
    let now = 0;
    const profiler = new Profiler({ recording: 'full' }, () => now);
    const records = new Set<number>();
    const request = () => profiler.record('risk', 64, request);
    const forgetful = () => profiler.record('risk', 128, inner);
    const inner = () => forgetful();
    const cache = () => profiler.record('historical', 4096, cacheCaller);
    const cacheCaller = () => cache();
    for (let i = 0; i < 5; i++) records.add(cacheCaller());
    for (let window = 0; window < 6; window++) {
      for (let i = 0; i < 20; i++) {
        profiler.forget(request());
        if (i % 4 === 0) inner();
      }
      now += WINDOW_MS;
      profiler.observe();
    }
    const leaks = profiler.leaks(WINDOW_MS);
    expect(leaks.map(({ verdict, pool, oldBlocks }) => [verdict, pool, oldBlocks])).toEqual([
      ['growing', 'risk', 30],
      ['held', 'historical', 5],
    ]);
    expect(leaks[0]!.floors).toEqual([10, 15, 20, 25]);
    expect(leaks[0]!.oldestMs).toBe(6 * WINDOW_MS);
  });

  test('does not name what comes and goes, nor what is younger than asked', () => {
    let now = 0;
    const profiler = new Profiler({ recording: 'full' }, () => now);
    const work = () => profiler.record('risk', 64, work);
    for (let window = 0; window < 6; window++) {
      const held = [work(), work()];
      now += WINDOW_MS;
      profiler.observe();
      for (const record of held) profiler.forget(record);
    }
    expect(profiler.leaks(0)).toEqual([]);
    work();
    expect(profiler.leaks(1)).toEqual([]);
    expect(profiler.leaks(0)).toHaveLength(1);
  });

  test('works on a manager whose blocks are forgotten by one function', () => {
    const memory = new MemoryManager({ budget: 16 * MIB, profiler: { recording: 'full' } });
    const kept: Handle[] = [];
    const line = nextLine();
    const leakyCache = () => kept.push(memory.allocate('risk', 1000));
    for (let i = 0; i < 50; i++) {
      leakyCache();
      memory.free(memory.allocate('risk', 2000));
    }
    const [leak, ...others] = memory.leaks(0);
    expect(others).toEqual([]);
    expect(leak).toMatchObject({ oldBlocks: 50, oldBytes: 50_000, pool: 'risk' });
    expect(leak!.site).toContain(line);
  });
});
