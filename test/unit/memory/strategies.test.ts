import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Reject } from '../../../engines/core/memory/allocator';
import { BestFitAllocator } from '../../../engines/core/memory/best-fit';
import { SlabAllocator } from '../../../engines/core/memory/slab';
import { StackAllocator } from '../../../engines/core/memory/stack';
import { bundle, run } from '../child-process';
import { type FuzzCounts, fuzz } from './fuzz';
import { type Bytes, strategies } from './strategy-cases';

jest.setTimeout(600_000);

const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);
const OPERATIONS = 1_000_000 * SOAK;

const cases = Object.entries(strategies);

let directory: string;
let program: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'nautilus-test-'));
  program = bundle(path.join(__dirname, 'fuzz-child.ts'), directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(cases)('the strategy %s', (name, { make, arena, options }) => {
  test(`agrees with an account of every granule over ${OPERATIONS} random operations, misuse among them`, async () => {
    const child = run(program, [name, String(OPERATIONS)], 'pipe');
    let said = '';
    child.process.stdout?.on('data', (chunk) => (said += chunk));
    await child.ended;
    const counts = JSON.parse(said) as FuzzCounts;
    process.stdout.write(
      `${name}: ${counts.operations} operations, ${counts.allocated} allocated, ${counts.freed} freed, ${counts.refused} refused, ${counts.misused} misused\n`,
    );
    expect(counts.operations).toBe(OPERATIONS);
    expect(Math.min(counts.allocated, counts.freed, counts.misused)).toBeGreaterThan(OPERATIONS / 100);
  });

  test('agrees with it in small arenas of any size', () => {
    const unit = name === 'slab' ? 65_536 : name === 'fixed pool' ? 192 : name === 'shared slab' ? 256 : 64;
    const operations = name === 'slab' ? 300 : 100;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 67 }), (seed, units) => {
        const capacity = unit * (name === 'slab' ? 1 + (units % 4) : units);
        const { bytes, ...others } = options(capacity);
        const allocator = make(capacity);
        const fitting: Bytes = (random) => Math.min(bytes(random), allocator.largest);
        fuzz(allocator, { seed, operations, arena: capacity, ...others, bytes: fitting });
      }),
      { numRuns: 100 },
    );
  });

  test('refuses sizes and alignments that it does not have, changes nothing, and counts the refusals', () => {
    const allocator = make(arena);
    const first = allocator.allocate(64);
    const before = allocator.stats();
    for (const bytes of [0, -1, Number.NaN, allocator.largest + 1, Number.POSITIVE_INFINITY, 2 ** 40])
      expect(allocator.allocate(bytes)).toBe(Reject.size);
    for (const alignment of [96, 8192, 2 ** 33]) expect(allocator.allocate(64, alignment)).toBe(Reject.alignment);
    expect(allocator.stats()).toEqual({ ...before, failures: 9 });
    expect(allocator.sizeOf(first)).toBeGreaterThanOrEqual(64);
  });

  test('refuses to free what is no block or is free, and changes nothing', () => {
    const allocator = make(arena);
    const first = allocator.allocate(64);
    const last = allocator.allocate(64);
    allocator.free(last);
    const before = allocator.stats();
    expect(allocator.free(last)).toBe(Reject.alreadyFree);
    for (const offset of [first + 8, -64, 2 ** 31, 2 ** 32, 2 ** 33 + first, Number.NaN])
      expect(allocator.free(offset)).toBe(Reject.notABlock);
    expect(allocator.stats()).toEqual(before);
    expect(allocator.free(first)).toBeGreaterThan(0);
    expect(allocator.stats().used).toBe(0);
  });

  test('is exhausted with a reject, says so in its statistics, and is whole again afterwards', () => {
    const allocator = make(arena);
    const blocks: number[] = [];
    for (let offset = allocator.allocate(64); offset >= 0; offset = allocator.allocate(64)) blocks.push(offset);
    expect(allocator.allocate(64)).toBe(Reject.exhausted);
    expect(allocator.stats()).toMatchObject({ free: 0, largestFree: 0, blocks: blocks.length, failures: 2 });
    expect(blocks.reverse().filter((offset) => allocator.free(offset) <= 0)).toEqual([]);
    const { capacity, free, largestFree, blocks: live } = allocator.stats();
    expect({ free, largestFree, live }).toEqual({ free: capacity, largestFree: capacity, live: 0 });
    expect(allocator.allocate(Math.min(allocator.largest, capacity))).toBeGreaterThanOrEqual(0);
  });

  test('forgets everything at a reset', () => {
    const allocator = make(arena);
    for (let i = 0; i < 100; i++) allocator.allocate(64);
    const fresh = make(arena).stats();
    allocator.reset();
    expect(allocator.stats()).toEqual(fresh);
    const again = allocator.allocate(64);
    expect(allocator.free(again)).toBeGreaterThan(0);
  });
});

test('an empty page of a slab goes to the class that needs it', () => {
  const slab = new SlabAllocator(2 ** 17);
  const lines = Array.from({ length: 2048 }, () => slab.allocate(64));
  expect(slab.allocate(1000)).toBe(Reject.exhausted);
  for (const offset of lines.slice(0, 1024)) slab.free(offset);
  expect(slab.stats().largestFree).toBe(2 ** 16);
  expect(slab.allocate(1000)).toBe(0);
  expect(slab.allocate(64)).toBe(Reject.exhausted);
  expect(lines.slice(1024).filter((offset) => slab.free(offset) !== 64)).toEqual([]);
});

test('a stack frees the last block only, or all down to a mark', () => {
  const stack = new StackAllocator(2 ** 16);
  const first = stack.allocate(100);
  const mark = stack.mark();
  stack.allocate(10);
  const last = stack.allocate(10, 512);
  expect(last % 512).toBe(0);
  expect(stack.free(first)).toBe(Reject.notOnTop);
  // What the alignment left between them is nobody's.
  expect(stack.stats()).toMatchObject({ used: 256, largestFree: 2 ** 16 - last - 64 });
  expect(stack.release(mark)).toBe(128);
  expect(stack.release(mark + 1)).toBe(Reject.notABlock);
  expect(stack.free(last)).toBe(Reject.alreadyFree);
  expect(stack.free(first)).toBe(128);
});

test('best fit takes the smallest block that is large enough', () => {
  const heap = new BestFitAllocator(2 ** 16);
  const sizes = [1024, 64, 512, 64, 2048, 64];
  const offsets = sizes.map((bytes) => heap.allocate(bytes));
  for (const index of [0, 2, 4]) heap.free(offsets[index]!);
  expect(heap.allocate(500)).toBe(offsets[2]);
  expect(heap.allocate(1100)).toBe(offsets[4]);
  // What was left of the block before is smaller than the first one.
  expect(heap.allocate(600)).toBe(offsets[4]! + 1152);
  expect(heap.allocate(1000)).toBe(offsets[0]);
});
