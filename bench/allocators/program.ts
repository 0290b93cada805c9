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
const BLOCK = 64;
const GROUP = 100;
const GROUPS = 200_000;
/** Steps of a trace in one call: V8 knows more of a short function that is called often than of one that loops for long. */
const CALL = 1000;

/** Nanoseconds an operation of work that tells how many operations were refused. */
function timed(operations: number, work: () => number): number {
  const start = process.hrtime.bigint();
  const refused = work();
  const taken = Number(process.hrtime.bigint() - start);
  if (refused > 0) throw new Error(`${strategy}: ${refused} operations were refused`);
  return taken / operations;
}

/** A round takes steps `from` to `to` at a time. */
function rounds(trace: Int32Array, steps: (from: number, to: number) => number): () => number {
  const { length } = trace;
  return () =>
    timed(length / TRACE_STRIDE, () => {
      let refused = 0;
      for (let at = 0; at < length; at += CALL * TRACE_STRIDE)
        refused += steps(at, Math.min(length, at + CALL * TRACE_STRIDE));
      return refused;
    });
}

/** Every block is written to once, as in C: a block that nobody touches costs less than one in use. */
function replay(allocator: Allocator): () => number {
  const trace = readTrace();
  const held = new Int32Array(slotsOf(trace));
  const memory = new Int32Array(ARENA / 4);
  const round = rounds(trace, (from, to) => {
    let refused = 0;
    for (let at = from | 0; at < to; at = (at + TRACE_STRIDE) | 0) {
      const slot = trace[at]!;
      const size = trace[at + 1]!;
      if (size === 0) {
        if (allocator.free(held[slot]!) < 0) refused++;
      } else {
        const offset = allocator.allocate(size);
        if (offset < 0) refused++;
        else memory[offset >> 2] = size;
        held[slot] = offset;
      }
    }
    return refused;
  });
  return () => {
    allocator.reset();
    return round();
  };
}

/** What Node has: a buffer of its own for every block. */
function replayBuffers(): () => number {
  const trace = readTrace();
  const held = new Array<Buffer | undefined>(slotsOf(trace)).fill(undefined);
  return rounds(trace, (from, to) => {
    for (let at = from | 0; at < to; at = (at + TRACE_STRIDE) | 0) {
      const size = trace[at + 1]!;
      if (size === 0) held[trace[at]!] = undefined;
      else {
        const buffer = Buffer.allocUnsafe(size);
        buffer[0] = size & 255;
        held[trace[at]!] = buffer;
      }
    }
    return 0;
  });
}

/** Blocks of one size, taken and given back in groups of a hundred; an operation is one of the two. */
function groups(allocator: Allocator): () => number {
  const held = new Int32Array(GROUP);
  const group = (): number => {
    let refused = 0;
    for (let at = 0; at < GROUP; at++) if ((held[at] = allocator.allocate(BLOCK)) < 0) refused++;
    for (let at = GROUP - 1; at >= 0; at--) if (allocator.free(held[at]!) < 0) refused++;
    return refused;
  };
  return () =>
    timed(2 * GROUP * GROUPS, () => {
      let refused = 0;
      for (let round = 0; round < GROUPS; round++) refused += group();
      return refused;
    });
}

function readTrace(): Int32Array {
  const bytes = readFileSync(file);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function slotsOf(trace: Int32Array): number {
  let slots = 0;
  for (let at = 0; at < trace.length; at += TRACE_STRIDE) slots = Math.max(slots, trace[at]! + 1);
  return slots;
}

function sharedSlab(): SharedSlab {
  const options = { blocks: 1 << 16, blockBytes: BLOCK };
  return SharedSlab.create(new SharedArrayBuffer(SharedSlab.bytesFor(options)), options);
}

const strategies: Readonly<Record<string, () => () => number>> = {
  slab: () => replay(new SlabAllocator(ARENA)),
  buddy: () => replay(new BuddyAllocator(ARENA)),
  'best-fit': () => replay(new BestFitAllocator(ARENA)),
  'first-fit': () => replay(new FirstFitAllocator(ARENA)),
  'Buffer.allocUnsafe': replayBuffers,
  'fixed-pool': () => groups(new FixedPool(ARENA, BLOCK)),
  stack: () => groups(new StackAllocator(ARENA)),
  'shared-slab': () => groups(sharedSlab()),
};

const [strategy, file, count] = process.argv.slice(2) as [string, string, string];
const measure = strategies[strategy]!();
let figure = 0;
for (let round = 0; round < Number(count); round++) figure = measure();
process.stdout.write(`${figure}\n`);
