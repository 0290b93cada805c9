import { type Allocator, type AllocatorStats, GRANULE_SHIFT, granulesOf, isAlignment, Reject } from './allocator';

/**
 * A bump pointer: blocks are freed from the last to the first, one by one or down to a mark. For what lives as long as a request or
 * one pass of a loop.
 */
export class StackAllocator implements Allocator {
  readonly capacity: number;
  readonly largest: number;
  /** By depth: where the block begins, and where the top was before it (lower, where it had to be aligned); bytes. */
  private readonly starts: Int32Array;
  private readonly tops: Int32Array;
  private depth = 0;
  private top = 0;
  private failures = 0;

  constructor(capacity: number) {
    const granules = granulesOf(capacity);
    this.capacity = this.largest = granules << GRANULE_SHIFT;
    this.starts = new Int32Array(granules);
    this.tops = new Int32Array(granules);
  }

  get used(): number {
    return this.top;
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.capacity)) return this.refuse(Reject.size);
    if (alignment > 64) return this.allocateAligned(bytes, alignment);
    const start = this.top;
    const end = start + ((bytes + 63) & -64);
    if (end > this.capacity) return this.refuse(Reject.exhausted);
    const { depth } = this;
    this.starts[depth] = start;
    this.tops[depth] = start;
    this.depth = depth + 1;
    this.top = end;
    return start;
  }

  /** Frees the last block. */
  free(offset: number): number {
    const depth = this.depth - 1;
    if (depth < 0 || this.starts[depth] !== offset) return this.reasonAt(offset);
    const bytes = this.top - offset;
    this.depth = depth;
    this.top = this.tops[depth]!;
    return bytes;
  }

  /** A mark to go back to: the number of blocks that are allocated now. */
  mark(): number {
    return this.depth;
  }

  /** Frees every block that was allocated after a mark: their bytes, or `Reject.notABlock` when there are fewer blocks than at the mark. */
  release(mark: number): number {
    if (!(mark >= 0 && mark <= this.depth)) return Reject.notABlock;
    if (mark === this.depth) return 0;
    const { top } = this;
    this.depth = mark;
    this.top = this.tops[mark]!;
    return top - this.top;
  }

  /** Blocks that are allocated. */
  get blocks(): number {
    return this.depth;
  }

  /** Offset of the last block, or -1. */
  get last(): number {
    return this.depth > 0 ? this.starts[this.depth - 1]! : -1;
  }

  sizeOf(offset: number): number {
    const depth = this.find(offset);
    if (depth < 0) return this.reasonAt(offset);
    return (depth + 1 < this.depth ? this.tops[depth + 1]! : this.top) - offset;
  }

  reset(): void {
    this.depth = this.top = this.failures = 0;
  }

  stats(): AllocatorStats {
    const { capacity, top: used, depth: blocks, failures } = this;
    const free = capacity - used;
    return { capacity, used, free, largestFree: free, blocks, failures };
  }

  private allocateAligned(bytes: number, alignment: number): number {
    if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
    const { depth, top } = this;
    const start = Math.ceil(top / alignment) * alignment;
    const end = start + ((bytes + 63) & -64);
    if (end > this.capacity) return this.refuse(Reject.exhausted);
    this.starts[depth] = start;
    this.tops[depth] = top;
    this.depth = depth + 1;
    this.top = end;
    return start;
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
      const start = this.starts[middle]!;
      if (start === offset) return middle;
      if (start < offset) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
