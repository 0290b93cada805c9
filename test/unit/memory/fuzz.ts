import { type Allocator, GRANULE, Reject } from '../../../engines/core/memory/allocator';

/** Xorshift with 32 bits: the same operations for the same seed. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export interface FuzzOptions {
  readonly seed: number;
  readonly operations: number;
  /** Where offsets may lie: bytes of the arena. */
  readonly arena: number;
  readonly first?: number;
  /** Sizes to ask for. */
  readonly bytes: (random: (below: number) => number) => number;
  readonly alignments?: readonly number[];
  /** Only the last block may be freed. */
  readonly lifo?: boolean;
  /** Whether memory that looks free should have been enough. */
  readonly hadRoom?: (free: FreeMap, bytes: number, alignment: number) => boolean;
  /** The only right offset. */
  readonly expected?: (free: FreeMap, bytes: number, alignment: number) => number;
}

/** The obviously right account: who owns each granule; 0 nobody. */
export class FreeMap {
  readonly owners: Int32Array;

  constructor(readonly granules: number) {
    this.owners = new Int32Array(granules);
  }

  /** The lowest aligned offset with that many free bytes, or -1. */
  lowest(bytes: number, alignment: number): number {
    const size = Math.ceil(bytes / GRANULE);
    const step = Math.max(1, alignment / GRANULE);
    for (let start = 0; start + size <= this.granules; ) {
      let length = 0;
      while (length < size && this.owners[start + length] === 0) length++;
      if (length === size) return start * GRANULE;
      start = Math.ceil((start + length + 1) / step) * step;
    }
    return -1;
  }
}

export interface FuzzCounts {
  operations: number;
  allocated: number;
  freed: number;
  refused: number;
  misused: number;
}

const wrong = (what: string, step: number): never => {
  throw new Error(`operation ${step}: ${what}`);
};

/**
 * Random operations on an allocator beside the account: no overlap, alignment kept, every block as large as asked for, misuse found
 * and without effect, the bytes in use right after each step. Throws at the first difference.
 */
export function fuzz(allocator: Allocator, options: FuzzOptions): FuzzCounts {
  const { arena, bytes, alignments = [64], lifo = false, first = 0 } = options;
  const random = randomOf(options.seed);
  const free = new FreeMap(arena / GRANULE);
  const offsets: number[] = [];
  const granulesOf = new Map<number, number>();
  const counts: FuzzCounts = { operations: 0, allocated: 0, freed: 0, refused: 0, misused: 0 };
  let used = 0;
  // The arena fills up and empties in turns.
  let target = arena / 2;

  const allocate = (step: number) => {
    const wanted = bytes(random);
    const alignment = alignments[random(alignments.length)]!;
    const offset = allocator.allocate(wanted, alignment);
    if (offset < 0) {
      counts.refused++;
      if (offset === Reject.exhausted && random(32) === 0 && options.hadRoom?.(free, wanted, alignment))
        wrong(`${wanted} bytes aligned to ${alignment} were refused although there was room`, step);
      if (offset !== Reject.exhausted) wrong(`${wanted} bytes aligned to ${alignment} gave ${offset}`, step);
      return;
    }
    const size = allocator.sizeOf(offset);
    if (size < wanted) wrong(`${wanted} bytes were asked for, ${size} given`, step);
    if (offset % alignment !== 0) wrong(`${offset} is not aligned to ${alignment}`, step);
    if (offset < first || offset + size > first + arena) wrong(`${offset} + ${size} is outside of the arena`, step);
    if (options.expected && random(128) === 0) {
      const expected = options.expected(free, wanted, alignment);
      if (expected !== offset) wrong(`${wanted} bytes were put at ${offset}, ${expected} is right`, step);
    }
    const from = (offset - first) / GRANULE;
    for (let at = from; at < from + size / GRANULE; at++) {
      if (free.owners[at] !== 0) wrong(`${offset} + ${size} overlaps the block at ${free.owners[at]! - 1}`, step);
      free.owners[at] = offset + 1;
    }
    offsets.push(offset);
    granulesOf.set(offset, size / GRANULE);
    used += size;
    counts.allocated++;
  };

  const release = (step: number) => {
    const index = lifo ? offsets.length - 1 : random(offsets.length);
    const offset = offsets[index]!;
    const granules = granulesOf.get(offset)!;
    const freed = allocator.free(offset);
    if (freed !== granules * GRANULE) wrong(`free(${offset}) gave ${freed}, the block has ${granules * GRANULE}`, step);
    const from = (offset - first) / GRANULE;
    free.owners.fill(0, from, from + granules);
    offsets[index] = offsets[offsets.length - 1]!;
    offsets.pop();
    granulesOf.delete(offset);
    used -= freed;
    counts.freed++;
    if (random(16) !== 0) return;
    const again = allocator.free(offset);
    counts.misused++;
    if (again >= 0) wrong(`${offset} was freed twice`, step);
  };

  const misuse = (step: number) => {
    const offset = random(8) === 0 ? random(2 ** 31) - 2 ** 30 : first + random(arena / 8) * 8;
    if (granulesOf.has(offset)) return;
    counts.misused++;
    const freed = allocator.free(offset);
    if (freed >= 0) wrong(`free(${offset}) of no block gave ${freed}`, step);
    if (allocator.sizeOf(offset) >= 0) wrong(`sizeOf(${offset}) of no block`, step);
  };

  for (let step = 0; step < options.operations; step++) {
    counts.operations++;
    const dice = random(100);
    if (random(20_000) === 0) target = random(arena * 1.2);
    if (dice < 3) misuse(step);
    else if (offsets.length > 0 && dice < (used > target ? 70 : 45)) release(step);
    else allocate(step);
    if (step % 997 === 0) {
      const stats = allocator.stats();
      if (stats.used !== used) wrong(`${stats.used} bytes in use, ${used} are right`, step);
      if (stats.blocks !== offsets.length) wrong(`${stats.blocks} blocks, ${offsets.length} are right`, step);
      if (stats.free !== stats.capacity - stats.used) wrong(`${stats.free} bytes free`, step);
      if (stats.largestFree > stats.free) wrong(`largest ${stats.largestFree} of ${stats.free} free`, step);
    }
  }
  while (offsets.length > 0) release(options.operations);
  if (allocator.stats().used !== 0) wrong('bytes in use after all were freed', options.operations);
  return counts;
}
