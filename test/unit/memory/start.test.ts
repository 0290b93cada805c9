import {
  type Handle,
  MemoryManager,
  MemoryMonitor,
  startContainerOrchestration,
  startMonitoring,
  startUnifiedMemorySystem,
} from '@nautilus/core/memory';

const MIB = 2 ** 20;

test('the process has one memory system, half of its claim', () => {
  const memory = startUnifiedMemorySystem({ claim: 128 * MIB });
  expect(memory.budget).toBe(64 * MIB);
  expect(startUnifiedMemorySystem()).toBe(memory);
});

test('monitoring answers Prometheus with what the pools hold', async () => {
  const { port, stop } = await startMonitoring({ interval: 1, prometheusPort: 0 });
  try {
    startUnifiedMemorySystem().allocate('risk', 1000);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('nautilus_memory_pool_used_bytes{pool="risk",region="unified-main"} 1024');
    const report = (await (await fetch(`http://127.0.0.1:${port}/memory`)).json()) as { usedBytes: number };
    expect(report.usedBytes).toBe(1024);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    await expect(startMonitoring({ prometheusPort: port })).rejects.toThrow('EADDRINUSE');
  } finally {
    await stop();
  }
});

test('containers are orchestrated by who is given for it, and not without', async () => {
  expect(await startContainerOrchestration()).toMatchObject({ state: 'unavailable' });
  const start = jest.fn(async () => {});
  expect(await startContainerOrchestration({ start })).toEqual({ state: 'started' });
  expect(start).toHaveBeenCalledTimes(1);
});

describe('a monitor', () => {
  test('keeps the last looks at each pool', () => {
    const memory = new MemoryManager({ budget: 72 * MIB });
    const monitor = new MemoryMonitor(memory, { interval: 1, retention: 3 });
    const blocks: Handle[] = [];
    for (let look = 0; look < 5; look++) {
      monitor.look(look * 1000);
      blocks.push(memory.allocate('risk', MIB));
    }
    expect(monitor.history('risk').map(({ at, used }) => [at, Math.round(used * 10)])).toEqual([
      [2000, 2],
      [3000, 3],
      [4000, 4],
    ]);
    expect(monitor.history('all', 1)[0]!.used).toBeCloseTo(4 / (memory.report().capacityBytes / MIB), 5);
    expect(monitor.history('ml').every(({ used }) => used === 0)).toBe(true);
  });

  test('joins free memory and, under pressure, gives empty pools back', () => {
    const memory = new MemoryManager({ budget: 72 * MIB });
    const monitor = new MemoryMonitor(memory);
    const [first, second] = [1, 2].map(() => memory.allocate('risk', MIB, { movable: true })) as [Handle, Handle];
    memory.free(first);
    monitor.look();
    expect(memory.use(second, (view) => view.byteOffset)).toBe(0);
    const trim = jest.spyOn(memory, 'trim');
    monitor.look();
    expect(trim).not.toHaveBeenCalled();
    for (const { name, largestFreeBytes, strategy } of memory.report().pools)
      if (strategy !== 'slab' && strategy !== 'buddy') memory.allocate(name, largestFreeBytes);
    const halves = { ml: 8 * MIB, gpu: 8 * MIB } as const;
    for (const [name, bytes] of Object.entries(halves)) memory.allocate(name as keyof typeof halves, bytes);
    expect(memory.report().pressure).toBe('critical');
    monitor.look();
    expect(trim).toHaveBeenCalledTimes(1);
  });

  test('refuses an interval that is none', () => {
    const memory = new MemoryManager({ budget: 72 * MIB });
    for (const interval of [0, -1, Number.NaN])
      expect(() => new MemoryMonitor(memory, { interval })).toThrow(RangeError);
  });
});
