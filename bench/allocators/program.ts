/**
 * One strategy over one trace in a process of its own, so that it is compiled for nothing else.
 *
 * program STRATEGY TRACE ROUNDS: prints nanoseconds an operation of the last round.
 */
import { readFileSync } from 'node:fs';
import {
  type Allocator,
  BestFitAllocator,
  BuddyAllocator,
  FirstFitAllocator,
  FixedPool,
  SharedSlab,
  SlabAllocator,
  StackAllocator,
} from '@nautilus/core/memory';
import { TRACE_STRIDE } from './trace';

const ARENA = 1 << 26;
const PAIRS = 20_000_000;
const BLOCK = 64;

const [strategy, file, rounds] = process.argv.slice(2) as [string, string, string];
const bytes = readFileSync(file);
const trace = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const steps = trace.length / TRACE_STRIDE;
const slots = trace.reduce((most, value, at) => (at % TRACE_STRIDE === 0 && value > most ? value : most), 0) + 1;

/** Every block is written to once, as in C: a block that nobody touches costs less than one in use. */
function replay(allocator: Allocator): number {
  const memory = new Int32Array(ARENA / 4);
  const held = new Int32Array(slots);
  allocator.reset();
  let failed = 0;
  const start = process.hrtime.bigint();
  for (let at = 0; at < trace.length; at += TRACE_STRIDE) {
    const slot = trace[at]!;
    const size = trace[at + 1]!;
    if (size === 0) {
      if (allocator.free(held[slot]!) < 0) failed++;
    } else {
      const offset = allocator.allocate(size);
      if (offset < 0) failed++;
      else memory[offset >> 2] = size;
      held[slot] = offset;
    }
  }
  const taken = Number(process.hrtime.bigint() - start);
  if (failed > 0) throw new Error(`${strategy}: ${failed} steps were refused`);
  return taken / steps;
}

/** What Node has: a buffer of its own for every block. */
function replayBuffers(): number {
  const held = new Array<Buffer | undefined>(slots).fill(undefined);
  const start = process.hrtime.bigint();
  for (let at = 0; at < trace.length; at += TRACE_STRIDE) {
    const size = trace[at + 1]!;
    if (size === 0) held[trace[at]!] = undefined;
    else {
      const buffer = Buffer.allocUnsafe(size);
      buffer[0] = size & 255;
      held[trace[at]!] = buffer;
    }
  }
  return Number(process.hrtime.bigint() - start) / steps;
}

/** Blocks of one size, taken and given back in groups of a hundred; an operation is one of the two. */
function pairs(take: () => number, give: (block: number) => number): number {
  const held = new Int32Array(100);
  let failed = 0;
  const start = process.hrtime.bigint();
  for (let pair = 0; pair < PAIRS; pair += held.length) {
    for (let at = 0; at < held.length; at++) if ((held[at] = take()) < 0) failed++;
    for (let at = held.length - 1; at >= 0; at--) if (give(held[at]!) < 0) failed++;
  }
  const taken = Number(process.hrtime.bigint() - start);
  if (failed > 0) throw new Error(`${strategy}: ${failed} steps were refused`);
  return taken / (2 * PAIRS);
}

const over = (allocator: Allocator) => () => replay(allocator);

const strategies: Readonly<Record<string, () => () => number>> = {
  slab: () => over(new SlabAllocator(ARENA)),
  buddy: () => over(new BuddyAllocator(ARENA)),
  'best-fit': () => over(new BestFitAllocator(ARENA)),
  'first-fit': () => over(new FirstFitAllocator(ARENA)),
  'Buffer.allocUnsafe': () => replayBuffers,
  'fixed-pool': () => {
    const pool = new FixedPool(ARENA, BLOCK);
    return () =>
      pairs(
        () => pool.allocate(BLOCK),
        (block) => pool.free(block),
      );
  },
  stack: () => {
    const stack = new StackAllocator(ARENA);
    return () =>
      pairs(
        () => stack.allocate(BLOCK),
        (block) => stack.free(block),
      );
  },
  'shared-slab': () => {
    const options = { blocks: 1 << 16, blockBytes: BLOCK };
    const slab = SharedSlab.create(new SharedArrayBuffer(SharedSlab.bytesFor(options)), options);
    return () =>
      pairs(
        () => slab.allocate(BLOCK),
        (block) => slab.free(block),
      );
  },
};

const measure = strategies[strategy]!();
let figure = 0;
for (let round = 0; round < Number(rounds); round++) figure = measure();
process.stdout.write(`${figure}\n`);
