import { GRANULE_SHIFT, granulesOf, Reject } from './allocator';

/** Below it a word tells the end of a free block. Of one of a single granule the beginning says that, too. */
export const FOOT = -(2 ** 30);
/** Bit of an allocated block's word: its owner gave it back, and it waits unjoined for who wants its size. */
export const WAITS = 2 ** 28;

/**
 * Which blocks an arena consists of, beside the arena: what the boundary tags of a classical heap say, without standing where a
 * block's owner could write over them.
 *
 * A word a granule. At a block's first granule: its granules when it is allocated (or waits), less than 0 when it is free. At a free block's
 * last granule: that it ends there. All other words are 0, so that the block before an address is known to be free or not in
 * one look. No two free blocks touch.
 */
export class BlockMap {
  readonly granules: number;
  readonly words: Int32Array;
  usedGranules = 0;
  blocks = 0;

  constructor(capacity: number) {
    this.granules = granulesOf(capacity);
    // One word more: the end of the arena is a block that is never free.
    this.words = new Int32Array(this.granules + 1);
    this.begin();
  }

  clear(): void {
    this.words.fill(0);
    this.begin();
  }

  markFree(granule: number, size: number): void {
    this.words[granule + size - 1] = FOOT - size;
    this.words[granule] = -size;
  }

  /** The words of a free block become 0. */
  unmark(granule: number, size: number): void {
    this.words[granule + size - 1] = 0;
    this.words[granule] = 0;
  }

  /** The granules of the free block that ends before this one; 0 when what is there is allocated. */
  freeBefore(granule: number): number {
    if (granule === 0) return 0;
    const word = this.words[granule - 1]!;
    if (word === -1) return 1;
    return word < FOOT ? FOOT - word : 0;
  }

  /** The granules of the free block that begins here; 0 when it is allocated. */
  freeAt(granule: number): number {
    const word = this.words[granule]!;
    return word < 0 ? -word : 0;
  }

  /** The allocated block that begins at a byte: its first granule, or a `Reject`. */
  blockAt(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const word = this.words[granule]!;
    return word > 0 && word < WAITS ? granule : this.reasonAt(granule);
  }

  /** Why no allocated block begins at a granule. */
  reasonAt(granule: number): Reject {
    for (let at = granule; at >= 0; at--) {
      const word = this.words[at]!;
      if (word > 0) return word < WAITS ? Reject.notABlock : Reject.alreadyFree;
      if (word < 0 && word > FOOT) return Reject.alreadyFree;
    }
    return Reject.notABlock;
  }

  /** The lowest free block in which aligned bytes fit, or -1; looks at every block, of which none may wait. */
  findAligned(size: number, alignment: number): number {
    for (let granule = 0; granule < this.granules; ) {
      const word = this.words[granule]!;
      if (word < 0 && ((granule + alignment - 1) & -alignment) + size <= granule - word) return granule;
      granule += Math.abs(word);
    }
    return -1;
  }

  /** First granule of the first allocated block at or after a granule, or -1. */
  nextBlock(granule: number): number {
    for (let at = granule; at < this.granules; ) {
      const word = this.words[at]!;
      if (word > 0 && word < WAITS) return at;
      if (word > 0) at += word & ~WAITS;
      else at += word < 0 && word > FOOT ? -word : 1;
    }
    return -1;
  }

  /** One free block. A fresh table is not written to: what nobody uses costs no memory. */
  private begin(): void {
    this.words[this.granules] = 1;
    this.usedGranules = this.blocks = 0;
    this.markFree(0, this.granules);
  }
}
