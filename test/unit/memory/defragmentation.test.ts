import { type Handle, MemoryManager, type PoolName } from '@nautilus/core/memory';
import { randomOf } from './fuzz';

jest.setTimeout(300_000);
const MIB = 2 ** 20;
const STEPS = 30_000 * Number(process.env.NAUTILUS_SOAK ?? 1);

const poolOf = (memory: MemoryManager, name: PoolName) => memory.report().pools.find((pool) => pool.name === name)!;

/** FNV-1a of a block: what it must have kept. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash;
}

/** Blocks of 1 KiB, every second one freed: as fragmented as can be. */
function chessboard(memory: MemoryManager, pool: PoolName): Handle<Uint8Array>[] {
  const blocks: Handle<Uint8Array>[] = [];
  try {
    for (;;) blocks.push(memory.allocate(pool, 1024, { movable: true }));
  } catch {
    // Full.
  }
  blocks.forEach((handle, index) => void memory.use(handle, (view) => view.fill(index & 255)));
  const kept = blocks.filter((_, index) => index % 2 === 1);
  for (const [index, handle] of blocks.entries()) if (index % 2 === 0) memory.free(handle);
  return kept;
}

describe.each(['risk', 'analytics'] as const)('the pool %s', (pool) => {
  test('in pieces has room for a large block after defragmentation, and no block has changed', () => {
    const memory = new MemoryManager({ budget: 16 * MIB });
    const kept = chessboard(memory, pool);
    const half = poolOf(memory, pool).capacityBytes / 4;
    expect(poolOf(memory, pool).fragmentation).toBeGreaterThan(0.9);
    expect(() => memory.allocate(pool, half)).toThrow('in one piece');
    const { movedBlocks, finished } = memory.defragment({ pool, bytes: 100 * MIB, blocks: 1e6 });
    expect(finished).toBe(true);
    expect(movedBlocks).toBe(kept.length);
    expect(poolOf(memory, pool).fragmentation).toBe(0);
    kept.forEach((handle, index) => {
      memory.use(handle, (view) => {
        if (!view.every((byte) => byte === ((index * 2 + 1) & 255))) throw new Error(`block ${index} has changed`);
      });
    });
    expect(memory.bytesOf(memory.allocate(pool, half))).toBe(half);
  });

  test('is moved no further than the budget of a call, and goes on with the next', () => {
    const memory = new MemoryManager({ budget: 16 * MIB });
    const kept = chessboard(memory, pool);
    let moved = 0;
    let calls = 0;
    for (let finished = false; !finished; calls++) {
      const step = memory.defragment({ pool, bytes: 64 * 1024, blocks: 500 });
      expect(step.movedBytes).toBeLessThanOrEqual(64 * 1024);
      moved += step.movedBlocks;
      finished = step.finished;
    }
    expect(calls).toBeGreaterThan(kept.length / 64);
    expect(moved).toBe(kept.length);
  });

  test('leaves pinned blocks and those that do not move where they are', () => {
    const memory = new MemoryManager({ budget: 16 * MIB });
    const gap = memory.allocate(pool, 1000);
    const fixed = memory.allocate(pool, 1000);
    const gapBefore = memory.allocate(pool, 1000);
    const pinned = memory.allocate(pool, 1000, { movable: true });
    const free = memory.allocate(pool, 1000, { movable: true });
    const [fixedView, pinnedView] = [memory.view(fixed), memory.pin(pinned)];
    memory.free(gap);
    memory.free(gapBefore);
    memory.defragment({ pool });
    fixedView.fill(1);
    pinnedView.fill(2);
    expect(memory.view(fixed)).toEqual(fixedView);
    expect(memory.use(pinned, (view) => view.byteOffset)).toBe(pinnedView.byteOffset);
    expect(() => memory.view(free)).toThrow('may be moved');
    expect(() => memory.free(pinned)).toThrow('is pinned 1 times');
    memory.unpin(pinned);
    expect(() => memory.unpin(pinned)).toThrow('is not pinned');
    expect(memory.defragment({ pool }).movedBlocks).toBe(2);
    expect(memory.use(pinned, (view) => view.every((byte) => byte === 2))).toBe(true);
  });
});

test.each([
  'risk',
  'analytics',
  'ml',
] as const)('%s keeps every checksum and alignment while blocks come, go, are pinned and are moved', (pool) => {
  const memory = new MemoryManager({ budget: 36 * MIB });
  const random = randomOf(pool.length * 1_000_003);
  const live: { handle: Handle<Uint8Array>; sum: number; alignment: number; pins: number }[] = [];
  const alignments = [64, 512, 4096];
  let [moved, checked] = [0, 0];
  const check = (block: (typeof live)[number]) => {
    memory.use(block.handle, (view) => {
      if (checksum(view) !== block.sum) throw new Error(`block ${checked} has changed`);
      if (view.byteOffset % block.alignment !== 0) throw new Error(`block ${checked} lost its alignment`);
    });
    checked++;
  };
  for (let step = 0; step < STEPS; step++) {
    const dice = random(100);
    const block = live[random(Math.max(1, live.length))];
    if (dice < 40 || !block) {
      if (live.length > 600) continue;
      const alignment = alignments[Math.max(0, random(12) - 9)]!;
      const movable = random(8) !== 0;
      const handle = memory.allocate(pool, 1 + random(2000), { alignment, movable });
      memory.use(handle, (view) => {
        for (let at = 0; at < view.length; at++) view[at] = random(256);
      });
      live.push({ handle, sum: memory.use(handle, checksum), alignment, pins: 0 });
    } else if (dice < 75) {
      if (block.pins > 0) continue;
      check(block);
      memory.free(block.handle);
      live.splice(live.indexOf(block), 1);
    } else if (dice < 80) {
      memory.pin(block.handle);
      block.pins++;
    } else if (dice < 88) {
      if (block.pins === 0) continue;
      memory.unpin(block.handle);
      block.pins--;
    } else {
      moved += memory.defragment({ pool, bytes: 1 + random(20_000), blocks: 1 + random(200) }).movedBlocks;
    }
  }
  for (const block of live) check(block);
  process.stdout.write(`${pool}: ${STEPS} steps, ${moved} blocks moved, ${checked} checksums compared\n`);
  expect(moved).toBeGreaterThan(STEPS / 1000);
  const { usedBytes, blocks } = poolOf(memory, pool);
  expect(blocks).toBe(live.length);
  for (const { handle, pins } of live) {
    for (let i = 0; i < pins; i++) memory.unpin(handle);
    memory.free(handle);
  }
  expect(usedBytes).toBeGreaterThan(0);
  expect(poolOf(memory, pool)).toMatchObject({ usedBytes: 0, blocks: 0 });
});
