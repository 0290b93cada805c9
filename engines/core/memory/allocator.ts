/**
 * What every allocation strategy has in common.
 *
 * An allocator deals in offsets of an arena that it never touches: what it knows of its blocks stands beside them. So neither a
 * write past a block's end nor one into a block that was freed can break it, and a wrong `free` is found instead of believed.
 *
 * Fields that `allocate` and `free` read are `declare`d where the constructor assigns them: a field without initialiser is defined as
 * undefined first, and V8 then takes it neither for a constant nor for an integer, which costs a slab 1.5 ns an operation.
 */

/** Blocks begin at multiples of this many bytes and are made of whole granules: one line of an x86 cache, half of one of Apple's. */
export const GRANULE = 64;
export const GRANULE_SHIFT = 6;

/** Largest arena, bytes: every offset is a small integer of V8. */
export const LARGEST_ARENA = 2 ** 31 - 2 ** 16;

/** Alignments that are asked for by name: a cache line, a CoreML buffer, a Metal buffer. Bytes. */
export const Alignment = { cacheLine: 64, coreml: 256, metal: 512 } as const;
/** Largest alignment, bytes: a page of memory, to which arenas are mapped. */
const LARGEST_ALIGNMENT = 4096;

/** Why an allocator refused; negative, so that it is no offset. */
export const Reject = {
  /** No free block is large enough. */
  exhausted: -1,
  /** Bytes that no block of this strategy can have: not positive, or above its largest. */
  size: -2,
  /** Not a power of two, or above the largest alignment. */
  alignment: -3,
  /** No block begins at this offset. */
  notABlock: -4,
  /** The block is free already. */
  alreadyFree: -5,
  /** A stack only frees its last block. */
  notOnTop: -6,
} as const;

export type Reject = (typeof Reject)[keyof typeof Reject];

const rejectNames = new Map<number, string>(Object.entries(Reject).map(([name, code]) => [code, name]));

/** The name of a reject code, for errors. */
export const rejectName = (code: number): string => rejectNames.get(code) ?? `code ${code}`;

/** What an arena holds; bytes, unless said otherwise. Read rarely: some strategies walk their blocks for it. */
export interface AllocatorStats {
  readonly capacity: number;
  /** In blocks that are allocated, with what rounding added to them. */
  readonly used: number;
  /** `capacity` less `used`; some of it may be set aside for a size or lost at the end of a page. */
  readonly free: number;
  /** Longest contiguous run of free bytes. */
  readonly largestFree: number;
  /** Blocks that are allocated, a number. */
  readonly blocks: number;
  /** Allocations that were refused since the last `reset`, a number. */
  readonly failures: number;
}

/** A strategy over one arena. None of the first three calls allocates memory of JavaScript or throws. */
export interface Allocator {
  /** Bytes of the arena that can be handed out. */
  readonly capacity: number;
  /** Largest number of bytes that one block can have. */
  readonly largest: number;
  /**
   * The offset of a block of at least `bytes` bytes, or a `Reject`.
   *
   * @param alignment bytes, a power of two up to 4096. @default 64; less than that is met by every block
   */
  allocate(bytes: number, alignment?: number): number;
  /** Frees a block by its offset: its bytes (rounded as it was allocated), or a `Reject`, and then nothing has changed. */
  free(offset: number): number;
  /** Bytes of the allocated block that begins at an offset, or a `Reject`. */
  sizeOf(offset: number): number;
  /** Forgets every block. */
  reset(): void;
  stats(): AllocatorStats;
}

/** A strategy that can move an allocated block towards the start of the arena, where there is room. */
export interface MovingAllocator extends Allocator {
  /**
   * Moves what the allocator knows of a block; the caller moves its bytes (the places may overlap). Returns its new, lower offset, or
   * `Reject.exhausted` when there is no better place.
   */
  moveDown(offset: number, alignment: number): number;
  /** Offset of the first allocated block at or after an offset, or -1. */
  nextBlock(offset: number): number;
}

export const canMove = (allocator: Allocator): allocator is MovingAllocator => 'moveDown' in allocator;

/** External fragmentation: the share of the free bytes that is not in the longest run. 0 without free bytes. */
export const fragmentation = ({ free, largestFree }: Pick<AllocatorStats, 'free' | 'largestFree'>): number =>
  free > 0 ? 1 - largestFree / free : 0;

/** Whether an alignment is a power of two that an arena can keep. */
export const isAlignment = (alignment: number): boolean =>
  alignment >= 1 && alignment <= LARGEST_ALIGNMENT && (alignment & (alignment - 1)) === 0;

/** Whole granules of an arena. */
export function granulesOf(capacity: number): number {
  if (!(capacity >= GRANULE && capacity <= LARGEST_ARENA))
    throw new RangeError(`an arena has ${GRANULE} to ${LARGEST_ARENA} bytes; ${capacity} were asked for`);
  return capacity >>> GRANULE_SHIFT;
}
