import {
  type AllocatorStats,
  GRANULE,
  GRANULE_SHIFT,
  granulesOf,
  isAlignment,
  type MovingAllocator,
  Reject,
} from './allocator';

/** Levels of a bitmap and its summaries: 32^5 blocks of one granule are the largest arena. */
const LEVELS = 5;
/** Blocks of an order that wait unjoined for who wants one of their size. */
const IDLE = 256;
/** Bit of a block's word: it waits so. */
const WAITS = 0x80;

/**
 * Blocks of a power of two of granules; a block and its buddy become one block when both are free. Each block is aligned to its
 * size.
 *
 * The free blocks of an order are the bits of a bitmap, with summaries of 32 words to a bit above it: a free block is found
 * in at most one step a level, mostly beside the one that became free last, and there is no list to take a buddy out of.
 *
 * Joining is lazy (Barkley and Lee, 1989): the blocks that were freed last wait as they are, for mostly the next one wanted has the
 * same size. They are joined when there are too many of them, or when nothing else is large enough.
 */
export class BuddyAllocator implements MovingAllocator {
  readonly capacity: number;
  declare readonly largest: number;
  private declare readonly granules: number;
  private readonly orders: number;
  private readonly bits: Int32Array;
  /** First word by order and level, and the number of levels by order. */
  private readonly bases: Int32Array;
  private readonly depths: Int32Array;
  /** By order: the word of its bitmap in which a block became free last. */
  private readonly hints: Int32Array;
  /** By order: the blocks that wait, and how many. */
  private declare readonly idle: Int32Array;
  private declare readonly idleCounts: Int32Array;
  /** By order: the blocks that are allocated, a number. */
  private declare readonly live: Int32Array;
  /** By granule: one more than the order of the block that begins there, when it is allocated or waits; else 0. */
  private declare readonly taken: Uint8Array;
  /** Orders that have a free block. */
  private available = 0;
  private failures = 0;

  constructor(capacity: number) {
    this.granules = granulesOf(capacity);
    this.capacity = this.granules << GRANULE_SHIFT;
    this.orders = 32 - Math.clz32(this.granules);
    this.largest = 2 ** (this.orders - 1 + GRANULE_SHIFT);
    this.bases = new Int32Array(this.orders * LEVELS);
    this.depths = new Int32Array(this.orders);
    this.hints = new Int32Array(this.orders);
    this.idle = new Int32Array(this.orders * IDLE);
    this.idleCounts = new Int32Array(this.orders);
    this.live = new Int32Array(this.orders);
    let words = 0;
    for (let order = 0; order < this.orders; order++) {
      // With room for the buddy of the last block.
      let count = (this.granules >>> order) + 2;
      do {
        count = (count + 31) >>> 5;
        this.bases[order * LEVELS + this.depths[order]!++] = words;
        words += count;
      } while (count > 1);
    }
    this.bits = new Int32Array(words);
    this.taken = new Uint8Array(this.granules);
    this.seed();
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.largest)) return this.refuse(Reject.size);
    // A block of this order holds the bytes, and its own alignment is at least the one that is wanted.
    let order = bytes <= 64 ? 0 : 26 - Math.clz32(bytes - 1);
    if (alignment > 64) {
      if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
      order = Math.max(order, 25 - Math.clz32(alignment));
    }
    const waiting = this.idleCounts[order]!;
    if (waiting > 0) {
      this.idleCounts[order] = waiting - 1;
      const granule = this.idle[order * IDLE + waiting - 1]!;
      this.taken[granule] = order + 1;
      this.live[order]!++;
      return granule << GRANULE_SHIFT;
    }
    return this.split(order);
  }

  /** Half of a half … of the smallest free block that is large enough. */
  private split(order: number): number {
    let candidates = this.available & (-1 << order);
    if (candidates === 0) {
      this.joinAll();
      candidates = this.available & (-1 << order);
      if (candidates === 0) return this.refuse(Reject.exhausted);
    }
    const from = 31 - Math.clz32(candidates & -candidates);
    const granule = this.near(from) << from;
    this.clear(from, granule >>> from);
    for (let half = from - 1; half >= order; half--) this.set(half, (granule >>> half) + 1);
    this.taken[granule] = order + 1;
    this.live[order]!++;
    return granule << GRANULE_SHIFT;
  }

  free(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const taken = this.taken[granule]!;
    if (taken === 0 || taken > WAITS) return this.reasonAt(granule);
    const order = taken - 1;
    const waiting = this.idleCounts[order]!;
    this.live[order]!--;
    if (waiting < IDLE) {
      this.taken[granule] = taken | WAITS;
      this.idle[order * IDLE + waiting] = granule;
      this.idleCounts[order] = waiting + 1;
    } else {
      this.join(granule, order);
    }
    return 1 << (order + GRANULE_SHIFT);
  }

  sizeOf(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const taken = this.taken[granule]!;
    return taken === 0 || taken > WAITS ? this.reasonAt(granule) : 1 << (taken - 1 + GRANULE_SHIFT);
  }

  reset(): void {
    this.bits.fill(0);
    this.taken.fill(0);
    this.idleCounts.fill(0);
    this.live.fill(0);
    this.failures = this.available = 0;
    this.seed();
  }

  stats(): AllocatorStats {
    this.joinAll();
    const { capacity, failures } = this;
    const blocks = this.live.reduce((sum, count) => sum + count, 0);
    const used = this.live.reduce((sum, count, order) => sum + count * 2 ** order, 0) * GRANULE;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  /** Takes the lowest free block of the same size when it is lower; larger ones are not broken up for it. */
  moveDown(offset: number, alignment: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    const order = this.taken[granule]! - 1;
    if (order < 0 || order >= WAITS) return Reject.notABlock;
    this.joinAll();
    if ((this.available & (1 << order)) === 0) return Reject.exhausted;
    const lower = this.lowest(order);
    const target = lower << order;
    if (target >= granule || (target << GRANULE_SHIFT) % alignment !== 0) return Reject.exhausted;
    this.clear(order, lower);
    this.taken[target] = order + 1;
    this.live[order]!++;
    this.free(offset);
    return target << GRANULE_SHIFT;
  }

  nextBlock(offset: number): number {
    for (let granule = offset >>> GRANULE_SHIFT; granule < this.granules; ) {
      const taken = this.taken[granule]!;
      if (taken !== 0 && taken < WAITS) return granule << GRANULE_SHIFT;
      granule += 2 ** (taken === 0 ? this.freeOrderAt(granule) : (taken & ~WAITS) - 1);
    }
    return -1;
  }

  /** The whole arena, as the fewest blocks. */
  private seed(): void {
    for (let granule = 0; granule < this.granules; ) {
      const order = 31 - Math.clz32(this.granules - granule);
      this.set(order, granule >>> order);
      granule += 2 ** order;
    }
  }

  /** Makes a block free, together with its buddy as long as that is free, too. */
  private join(granule: number, from: number): void {
    this.taken[granule] = 0;
    let order = from;
    let index = granule >>> order;
    while (order < this.orders - 1 && this.isFree(order, index ^ 1)) {
      this.clear(order, index ^ 1);
      index >>>= 1;
      order++;
    }
    this.set(order, index);
  }

  /** Joins all blocks that wait. */
  private joinAll(): void {
    for (let order = 0; order < this.orders; order++) {
      for (let at = this.idleCounts[order]! - 1; at >= 0; at--) this.join(this.idle[order * IDLE + at]!, order);
      this.idleCounts[order] = 0;
    }
  }

  private set(order: number, index: number): void {
    const at = index >>> 5;
    this.hints[order] = at;
    const word = this.bases[order * LEVELS]! + at;
    const before = this.bits[word]!;
    this.bits[word] = before | (1 << (index & 31));
    if (before === 0) this.setAbove(order, at);
  }

  private clear(order: number, index: number): void {
    const word = this.bases[order * LEVELS]! + (index >>> 5);
    const after = this.bits[word]! & ~(1 << (index & 31));
    this.bits[word] = after;
    if (after === 0) this.clearAbove(order, index >>> 5);
  }

  /** A word of the bitmap is not empty any more. */
  private setAbove(order: number, index: number): void {
    const { bits, bases } = this;
    const depth = this.depths[order]!;
    const base = order * LEVELS;
    let at = index;
    for (let level = 1; level < depth; level++) {
      const word = bases[base + level]! + (at >>> 5);
      const before = bits[word]!;
      bits[word] = before | (1 << (at & 31));
      if (before !== 0) return;
      at >>>= 5;
    }
    this.available |= 1 << order;
  }

  /** A word of the bitmap is empty now. */
  private clearAbove(order: number, index: number): void {
    const { bits, bases } = this;
    const depth = this.depths[order]!;
    const base = order * LEVELS;
    let at = index;
    for (let level = 1; level < depth; level++) {
      const word = bases[base + level]! + (at >>> 5);
      const after = bits[word]! & ~(1 << (at & 31));
      bits[word] = after;
      if (after !== 0) return;
      at >>>= 5;
    }
    this.available &= ~(1 << order);
  }

  private isFree(order: number, index: number): boolean {
    return (this.bits[this.bases[order * LEVELS]! + (index >>> 5)]! & (1 << (index & 31))) !== 0;
  }

  /** Index of a free block of an order that has one: beside the one that became free last, else the lowest. */
  private near(order: number): number {
    const at = this.hints[order]!;
    const word = this.bits[this.bases[order * LEVELS]! + at]!;
    return word === 0 ? this.lowest(order) : (at << 5) | (31 - Math.clz32(word & -word));
  }

  /** Index of the lowest free block of an order that has one. */
  private lowest(order: number): number {
    const { bits, bases } = this;
    const base = order * LEVELS;
    let at = 0;
    for (let level = this.depths[order]! - 1; level >= 0; level--) {
      const word = bits[bases[base + level]! + at]!;
      at = (at << 5) | (31 - Math.clz32(word & -word));
    }
    return at;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  private reasonAt(granule: number): Reject {
    for (let order = 0; order < this.orders; order++) {
      if (this.isFree(order, granule >>> order)) return Reject.alreadyFree;
      if (this.taken[granule & -(1 << order)] === (WAITS | (order + 1))) return Reject.alreadyFree;
    }
    return Reject.notABlock;
  }

  /** Blocks that are free one after the other count as one run, whether or not they are buddies. */
  private largestFree(): number {
    let longest = 0;
    let run = 0;
    for (let granule = 0; granule < this.granules; ) {
      const taken = this.taken[granule]!;
      let step: number;
      if (taken !== 0) {
        step = 2 ** (taken - 1);
        run = 0;
      } else {
        step = 2 ** this.freeOrderAt(granule);
        run += step;
        if (run > longest) longest = run;
      }
      granule += step;
    }
    return longest * GRANULE;
  }

  private freeOrderAt(granule: number): number {
    for (let order = this.orders - 1; order > 0; order--)
      if ((granule & (2 ** order - 1)) === 0 && this.isFree(order, granule >>> order)) return order;
    return 0;
  }
}
