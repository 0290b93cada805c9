import {
  type Handle,
  MemoryError,
  MemoryManager,
  type PoolName,
  type PressureChange,
  poolNames,
} from '@nautilus/core/memory';
import fc from 'fast-check';

jest.setTimeout(120_000);

const MIB = 2 ** 20;
const manager = (options: Partial<ConstructorParameters<typeof MemoryManager>[0]> = {}) =>
  new MemoryManager({ budget: 72 * MIB, ...options });
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    return (error as MemoryError).code;
  }
  return undefined;
};
const poolOf = (memory: MemoryManager, name: PoolName) => memory.report().pools.find((pool) => pool.name === name)!;

describe('regions and pools', () => {
  test('share the budget as it was divided, and cost nothing before they are used', () => {
    const { regions, pools, usedBytes } = manager().report();
    expect(regions.map(({ name, capacityBytes }) => [name, capacityBytes / MIB])).toEqual([
      ['unified-main', 40],
      ['gpu-optimized', 16],
      ['neural', 8],
      ['cache-friendly', 4],
      ['cross-container', 3],
      ['zero-copy', 1],
    ]);
    expect(
      pools.map(({ name, strategy, capacityBytes, opened }) => [name, strategy, capacityBytes / MIB, opened]),
    ).toEqual([
      ['trading', 'slab', 3, false],
      ['ml', 'buddy', 8, false],
      ['analytics', 'first-fit', 5.3125, false],
      ['websocket', 'stack', 1, false],
      ['risk', 'best-fit', 10, false],
      ['gpu', 'buddy', 10.625, false],
      ['historical', 'best-fit', 25, false],
      ['temporary', 'stack', 5, false],
    ]);
    expect(usedBytes).toBe(0);
  });

  test('an untouched block takes address space and no memory', () => {
    const before = process.memoryUsage.rss();
    const memory = manager({ budget: 2048 * MIB });
    memory.allocate('historical', 512 * MIB);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * MIB);
  });

  test('each pool aligns its blocks as its region does', () => {
    const memory = manager();
    const alignments = { trading: 64, ml: 256, analytics: 512, gpu: 512, risk: 64 } as const;
    for (const [name, alignment] of Object.entries(alignments) as [keyof typeof alignments, number][])
      for (let i = 0; i < 10; i++) expect(memory.view(memory.allocate(name, 100 + i)).byteOffset % alignment).toBe(0);
    expect(memory.view(memory.allocate('risk', 10, { alignment: 4096 })).byteOffset % 4096).toBe(0);
  });

  test('a budget that has no room for its pools is refused', () => {
    expect(codeOf(() => manager({ budget: MIB }))).toBe('NAUT_MEMORY_BUDGET');
    expect(codeOf(() => manager({ budget: Number.NaN }))).toBe('NAUT_MEMORY_BUDGET');
  });
});

describe('a handle', () => {
  test('gives a view of its type and length', () => {
    const memory = manager();
    const handle: Handle<Float64Array> = memory.allocateArray('risk', Float64Array, 1000);
    const view = memory.view(handle);
    expect(view).toBeInstanceOf(Float64Array);
    expect(view.length).toBe(1000);
    view[999] = 1.5;
    expect(memory.view(handle)[999]).toBe(1.5);
    expect(memory.bytesOf(handle)).toBe(8000);
  });

  test('is stale once its block is freed: for a view, a pin and a second free', () => {
    const memory = manager();
    const handle = memory.allocate('trading', 64);
    expect(memory.free(handle)).toBe(64);
    const later = memory.allocate('trading', 64);
    expect(later).not.toBe(handle);
    for (const use of [() => memory.view(handle), () => memory.pin(handle), () => memory.free(handle)])
      expect(codeOf(use)).toBe('NAUT_MEMORY_STALE_HANDLE');
    memory.view(later).fill(7);
    expect(memory.isLive(handle)).toBe(false);
    expect(poolOf(memory, 'trading').blocks).toBe(1);
  });

  test('of another manager, or of nobody, is foreign', () => {
    const memory = manager();
    const other = manager();
    memory.allocate('trading', 64);
    const foreign = [other.allocate('trading', 64), 0, 1, -1, 1.5, Number.NaN, 2 ** 52 + 2, Number.POSITIVE_INFINITY];
    for (const handle of foreign)
      expect(codeOf(() => memory.free(handle as Handle))).toBe('NAUT_MEMORY_FOREIGN_HANDLE');
    expect(poolOf(memory, 'trading').blocks).toBe(1);
  });

  test('never comes back, however often a slot is used', () => {
    const memory = manager();
    const seen = new Set<number>();
    for (let i = 0; i < 200_000; i++) {
      const handle = memory.allocate('trading', 64);
      seen.add(handle);
      memory.free(handle);
    }
    expect(seen.size).toBe(200_000);
  });

  test('keeps its block’s content among random allocations, frees and misuse of every pool', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 5000 }), fc.nat(9)), { minLength: 50, maxLength: 400 }),
        (steps) => {
          const memory = manager();
          const live: { handle: Handle<Uint8Array>; pool: PoolName; tag: number }[] = [];
          const dead: Handle[] = [];
          let tag = 0;
          for (const [pool, bytes, dice] of steps) {
            const name = poolNames[pool]!;
            if (dice < 6) {
              const handle = memory.allocate(name, bytes);
              memory.view(handle).fill(++tag & 255);
              live.push({ handle, pool: name, tag: tag & 255 });
            } else if (dice < 9) {
              const index = live.findLastIndex((block) => block.pool === name);
              if (index < 0) continue;
              const [block] = live.splice(index, 1);
              if (!memory.view(block!.handle).every((byte) => byte === block!.tag)) throw new Error('content changed');
              memory.free(block!.handle);
              dead.push(block!.handle);
            } else if (dead.length > 0) {
              const stale = dead[bytes % dead.length]!;
              if (codeOf(() => memory.free(stale)) !== 'NAUT_MEMORY_STALE_HANDLE') throw new Error('freed twice');
            }
          }
          for (const { handle, tag } of live)
            if (!memory.view(handle).every((byte) => byte === tag)) throw new Error('content changed');
          return memory.report().handles === live.length;
        },
      ),
      { numRuns: 50 },
    );
  });

  test('zeroed memory is zero also where a block was before', () => {
    const memory = manager();
    const first = memory.allocate('risk', 1000);
    memory.view(first).fill(255);
    memory.free(first);
    expect(memory.view(memory.allocate('risk', 1000, { zeroed: true })).every((byte) => byte === 0)).toBe(true);
  });
});

describe('an exhausted pool', () => {
  test.each(poolNames)('%s is a typed error, and its statistics are right afterwards', (name) => {
    const memory = manager({ budget: 8 * MIB });
    const handles: Handle[] = [];
    const code = codeOf(() => {
      for (;;) handles.push(memory.allocate(name, 4096));
    });
    expect(code).toBe('NAUT_MEMORY_EXHAUSTED');
    const full = poolOf(memory, name);
    expect(full).toMatchObject({ blocks: handles.length, allocations: handles.length, failures: 1 });
    expect(full.usedBytes + full.freeBytes).toBe(full.capacityBytes);
    expect(full.usedBytes).toBe(memory.report().usedBytes);
    for (const handle of handles.reverse()) memory.free(handle);
    expect(poolOf(memory, name)).toMatchObject({
      usedBytes: 0,
      blocks: 0,
      fragmentation: 0,
      peakBytes: full.usedBytes,
    });
    expect(memory.report()).toMatchObject({ usedBytes: 0, handles: 0, pressure: 'normal' });
    memory.free(memory.allocate(name, 4096));
  });

  test('says what is free and what helps', () => {
    const memory = manager();
    const error = (() => {
      try {
        memory.allocate('risk', 10 * MIB);
        memory.allocate('risk', 64);
      } catch (caught) {
        return caught as MemoryError;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(MemoryError);
    expect(error?.message).toContain('0 of 10485760 bytes are free');
    expect(error?.fix).toContain('raise the memory claim');
  });

  test('a size or an alignment that it never has is told as such', () => {
    const memory = manager();
    expect(codeOf(() => memory.allocate('trading', 40_000))).toBe('NAUT_MEMORY_SIZE');
    for (const bytes of [0, -1, 1.5, Number.NaN])
      expect(codeOf(() => memory.allocate('risk', bytes))).toBe('NAUT_MEMORY_SIZE');
    expect(codeOf(() => memory.allocate('risk', 64, { alignment: 8192 }))).toBe('NAUT_MEMORY_ALIGNMENT');
    expect(codeOf(() => memory.allocate('risk', 64, { alignment: 96 }))).toBe('NAUT_MEMORY_ALIGNMENT');
    expect(memory.report().handles).toBe(0);
  });
});

describe('a pool of the strategy stack', () => {
  test('frees blocks from the last to the first', () => {
    const memory = manager();
    const first = memory.allocate('websocket', 64);
    memory.allocate('websocket', 64);
    expect(codeOf(() => memory.free(first))).toBe('NAUT_MEMORY_ORDER');
    expect(memory.view(first).length).toBe(64);
  });

  test('frees all down to a mark, and their handles with them', () => {
    const memory = manager();
    const kept = memory.allocate('websocket', 64);
    const mark = memory.mark('websocket');
    const frames = [1, 2, 3].map((i) => memory.allocate('websocket', 100 * i));
    expect(memory.release('websocket', mark)).toBe(128 + 256 + 320);
    for (const handle of frames) expect(codeOf(() => memory.view(handle))).toBe('NAUT_MEMORY_STALE_HANDLE');
    expect(memory.isLive(kept)).toBe(true);
    expect(codeOf(() => memory.release('websocket', 2))).toBe('NAUT_MEMORY_ORDER');
    expect(codeOf(() => memory.mark('risk'))).toBe('NAUT_MEMORY_ORDER');
  });
});

describe('pressure', () => {
  test('rises at 60, 80, 90 and 95 percent and falls five percent lower', () => {
    const memory = manager();
    const heard: PressureChange[] = [];
    memory.onPressure((change) => {
      if (change.of === 'historical') heard.push(change);
    });
    const hundredth = (25 * MIB) / 100;
    const blocks: Handle[] = [];
    const fillTo = (percent: number) => {
      while (blocks.length < percent) blocks.push(memory.allocate('historical', hundredth));
      while (blocks.length > percent) memory.free(blocks.pop()!);
      return poolOf(memory, 'historical').pressure;
    };
    const levels = [59, 60, 56, 54, 80, 76, 74, 90, 96, 91, 89, 60, 54, 0].map((percent) => [percent, fillTo(percent)]);
    expect(levels).toEqual([
      [59, 'normal'],
      [60, 'info'],
      [56, 'info'],
      [54, 'normal'],
      [80, 'warning'],
      [76, 'warning'],
      [74, 'info'],
      [90, 'critical'],
      [96, 'emergency'],
      [91, 'emergency'],
      [89, 'critical'],
      [60, 'info'],
      [54, 'normal'],
      [0, 'normal'],
    ]);
    expect(heard[0]).toMatchObject({ level: 'info', before: 'normal', capacityBytes: 25 * MIB });
    expect(heard.filter(({ level }) => level === 'emergency')).toHaveLength(1);
  });

  test('of all pools together is told, too; a listener that throws harms nobody; one that was taken back hears nothing', () => {
    const memory = manager({ budget: 8 * MIB });
    const heard: string[] = [];
    memory.onPressure(() => {
      throw new Error('listener');
    });
    const stop = memory.onPressure(({ of, level }) => heard.push(`${of} ${level}`));
    for (const name of ['historical', 'risk', 'gpu', 'temporary'] as const)
      memory.allocate(name, 2 ** Math.floor(Math.log2(poolOf(memory, name).capacityBytes)));
    expect(heard.some((change) => change.startsWith('all '))).toBe(true);
    expect(memory.report().listenerFailures).toBe(heard.length);
    stop();
    const before = heard.length;
    memory.allocate('ml', poolOf(memory, 'ml').largestFreeBytes / 2);
    expect(heard).toHaveLength(before);
  });
});

test('a pool as raw memory gives no handles, and one with handles is not given raw', () => {
  const memory = manager();
  const { allocator, buffer } = memory.raw('trading');
  const offset = allocator.allocate(64);
  new Uint8Array(buffer, offset, 64).fill(1);
  expect(codeOf(() => memory.allocate('trading', 64))).toBe('NAUT_MEMORY_ORDER');
  memory.allocate('risk', 64);
  expect(codeOf(() => memory.raw('risk'))).toBe('NAUT_MEMORY_ORDER');
});

test('an empty pool gives its pages back to the kernel', () => {
  const memory = manager({ budget: 400 * MIB });
  const handle = memory.allocate('historical', 64 * MIB);
  memory.view(handle).fill(1);
  const full = process.memoryUsage.rss();
  expect(memory.trim()).toBe(0);
  memory.free(handle);
  expect(memory.trim()).toBe(1);
  expect(full - process.memoryUsage.rss()).toBeGreaterThan(48 * MIB);
  expect(memory.view(memory.allocate('historical', 64))[0]).toBe(0);
});

test('the time of one allocation in 64 is recorded', () => {
  const times: number[] = [];
  const memory = manager({ latency: { record: (ns) => times.push(ns) } });
  for (let i = 0; i < 640; i++) memory.allocate('trading', 64);
  expect(times).toHaveLength(10);
  expect(times.every((ns) => ns > 0)).toBe(true);
});
