import { type Allocator, type AllocatorStats, GRANULE_SHIFT, granulesOf, isAlignment, Reject } from './allocator';

/** Set in the end of what is no block, but the gap that the alignment of the next one left: ends are multiples of 64. */
const GAP = 1;

/**
 * A bump pointer: blocks are freed from the last to the first, one by one or down to a mark. For what lives as long as a request or
 * one pass of a loop.
 */
export class StackAllocator implements Allocator {
  readonly capacity: number;
  readonly largest: number;
  /** By depth, from 1: where a block ends, and the next one begins; bytes. The last one is always a block's. */
  private declare readonly ends: Int32Array;
  private depth = 0;
  /** Gaps among the ends: how many, and their bytes. */
  private gaps = 0;
  private gapBytes = 0;
  private failures = 0;

  constructor(capacity: number) {
    const granules = granulesOf(capacity);
    this.capacity = this.largest = granules << GRANULE_SHIFT;
    this.ends = new Int32Array(granules + 1);
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.capacity)) return this.refuse(Reject.size);
    if (alignment > 64) return this.allocateAligned(bytes, alignment);
    const { depth } = this;
    const start = this.ends[depth]!;
    const end = start + ((bytes + 63) & -64);
    if (end > this.capacity) return this.refuse(Reject.exhausted);
    this.ends[depth + 1] = end;
    this.depth = depth + 1;
    return start;
  }

  /** Frees the last block. */
  free(offset: number): number {
    const below = this.depth - 1;
    if (below < 0) return this.reasonAt(offset);
    const start = this.ends[below]!;
    if (start !== offset || (start & GAP) !== 0) return this.freeWithGap(offset);
    this.depth = below;
    return this.ends[below + 1]! - offset;
  }

  /** A mark to go back to. */
  mark(): number {
    return this.depth;
  }

  /** Frees every block that was allocated after a mark: their bytes, or `Reject.notABlock` when the stack is lower than the mark. */
  release(mark: number): number {
    if (!(mark >= 0 && mark <= this.depth && mark === (mark | 0)) || (this.ends[mark]! & GAP) !== 0)
      return Reject.notABlock;
    const { used } = this;
    if (this.gaps > 0) for (let depth = this.depth; depth > mark; depth--) this.forgetGap(depth);
    this.depth = mark;
    return used - this.used;
  }

  /** Offset of the last block, or -1. */
  get last(): number {
    return this.depth > 0 ? this.ends[this.depth - 1]! & ~GAP : -1;
  }

  sizeOf(offset: number): number {
    const depth = this.find(offset);
    return depth < 0 ? this.reasonAt(offset) : this.ends[depth + 1]! - offset;
  }

  reset(): void {
    this.depth = this.gaps = this.gapBytes = this.failures = 0;
  }

  stats(): AllocatorStats {
    const { capacity, used, failures } = this;
    const largestFree = capacity - this.top;
    return { capacity, used, free: capacity - used, largestFree, blocks: this.depth - this.gaps, failures };
  }

  private get used(): number {
    return this.top - this.gapBytes;
  }

  private get top(): number {
    return this.ends[this.depth]!;
  }

  private allocateAligned(bytes: number, alignment: number): number {
    if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
    const { top } = this;
    const start = Math.ceil(top / alignment) * alignment;
    const end = start + ((bytes + 63) & -64);
    if (end > this.capacity) return this.refuse(Reject.exhausted);
    if (start > top) {
      this.ends[++this.depth] = start | GAP;
      this.gaps++;
      this.gapBytes += start - top;
    }
    this.ends[++this.depth] = end;
    return start;
  }

  /** Frees the last block together with the gap before it. */
  private freeWithGap(offset: number): number {
    const { depth } = this;
    const start = this.ends[depth - 1]!;
    if ((start & GAP) === 0 || start - GAP !== offset) return this.reasonAt(offset);
    const bytes = this.top - offset;
    this.forgetGap(depth - 1);
    this.depth = depth - 2;
    return bytes;
  }

  private forgetGap(depth: number): void {
    const end = this.ends[depth]!;
    if ((end & GAP) === 0) return;
    this.gaps--;
    this.gapBytes -= end - GAP - this.ends[depth - 1]!;
  }

  private reasonAt(offset: number): Reject {
    if (this.find(offset) >= 0) return Reject.notOnTop;
    return offset >= this.top && offset < this.capacity && (offset & 63) === 0 ? Reject.alreadyFree : Reject.notABlock;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  /** The depth of the block that begins at an offset, or -1: their beginnings ascend. */
  private find(offset: number): number {
    let low = 0;
    let high = this.depth - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const start = this.ends[middle]! & ~GAP;
      if (start === offset) return (this.ends[middle + 1]! & GAP) === 0 ? middle : -1;
      if (start < offset) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
