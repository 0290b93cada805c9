import { type Allocator, type AllocatorStats, GRANULE_SHIFT, granulesOf, isAlignment, Reject } from './allocator';

/** Bytes of a page, which holds blocks of one size class. */
const PAGE_SHIFT = 16;
const PAGE_GRANULES_SHIFT = PAGE_SHIFT - GRANULE_SHIFT;
const PAGE_GRANULES = 1 << PAGE_GRANULES_SHIFT;

/** Granules of each size class: four to a power of two from 256 bytes on, below it every multiple of 64, up to 32 KiB. */
const classGranules: readonly number[] = [
  1,
  2,
  3,
  ...Array.from({ length: 7 }, (_, power) => [4, 5, 6, 7].map((quarter) => quarter << power)).flat(),
  512,
];
const CLASSES = classGranules.length;
const LARGEST = 512 << GRANULE_SHIFT;

/** What a word of the table says: 0, no block begins here; negative, an allocated block's tag; `END`, a free block, the last of its list; else the next free block, plus two. */
const END = 1;
/** A tag: the class in the lowest bits, above it the block's granules, and the sign. */
const CLASS_BITS = 5;
const TAG_GRANULES = 1023 << CLASS_BITS;
const tagOf = (sizeClass: number): number => -(2 ** 31) | (classGranules[sizeClass]! << CLASS_BITS) | sizeClass;
const classOf = (tag: number): number => tag & (CLASSES - 1);
const bytesOf = (tag: number): number => (tag & TAG_GRANULES) << (GRANULE_SHIFT - CLASS_BITS);
/** By granules that are asked for: the tag of the smallest class that holds them. */
const tags = Int32Array.from({ length: 513 }, (_, granules) =>
  tagOf(classGranules.findIndex((size) => size >= granules)),
);

/**
 * Size classes, each a list of its free blocks, carved from pages of 64 KiB: the last block that was freed is the next one that is
 * handed out, while it is still in the cache.
 *
 * One word a granule is the link of a free block and the class and size of an allocated one, so the check of `free` costs no
 * further load. Empty pages go back to the other classes when a class finds none.
 */
export class SlabAllocator implements Allocator {
  readonly capacity: number;
  readonly largest = LARGEST;
  private declare readonly granules: number;
  private declare readonly words: Int32Array;
  private readonly tags = tags;
  private readonly heads = new Int32Array(CLASSES);
  /** The class's last page as far as it was never handed out: granules. */
  private readonly fresh = new Int32Array(CLASSES);
  private readonly freshEnd = new Int32Array(CLASSES);
  private readonly pages: number;
  private readonly pageClass: Uint8Array;
  /** Allocated blocks by page: the only count that is kept, every sum is made of it. */
  private declare readonly pageLive: Int32Array;
  /** Pages that were given back. */
  private readonly pageStack: Int32Array;
  private pagesBack = 0;
  /** Pages before this one belong to a class, or were given back. */
  private nextPage = 0;
  private failures = 0;

  constructor(capacity: number) {
    this.pages = granulesOf(capacity) >>> PAGE_GRANULES_SHIFT;
    if (this.pages === 0) throw new RangeError(`a slab has at least one page of 65536 bytes; ${capacity} were given`);
    this.granules = this.pages << PAGE_GRANULES_SHIFT;
    this.capacity = this.pages << PAGE_SHIFT;
    this.words = new Int32Array(this.granules);
    this.pageClass = new Uint8Array(this.pages);
    this.pageLive = new Int32Array(this.pages);
    this.pageStack = new Int32Array(this.pages);
    this.heads.fill(END);
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= LARGEST)) return this.refuse(Reject.size);
    const tag = this.tags[(bytes + 63) >>> GRANULE_SHIFT]!;
    return alignment === 64 ? this.take(tag) : this.allocateAligned(tag, alignment);
  }

  free(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const tag = this.words[granule]!;
    if (tag >= 0) return tag === 0 ? Reject.notABlock : Reject.alreadyFree;
    const sizeClass = classOf(tag);
    this.words[granule] = this.heads[sizeClass]!;
    this.heads[sizeClass] = granule + 2;
    this.pageLive[granule >>> PAGE_GRANULES_SHIFT]!--;
    return bytesOf(tag);
  }

  sizeOf(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const tag = this.words[granule]!;
    if (tag >= 0) return tag === 0 ? Reject.notABlock : Reject.alreadyFree;
    return bytesOf(tag);
  }

  reset(): void {
    this.words.fill(0, 0, this.nextPage << PAGE_GRANULES_SHIFT);
    this.heads.fill(END);
    this.fresh.fill(0);
    this.freshEnd.fill(0);
    this.pageLive.fill(0);
    this.pagesBack = this.nextPage = this.failures = 0;
  }

  stats(): AllocatorStats {
    const { capacity, failures } = this;
    let blocks = 0;
    let granules = 0;
    for (let page = 0; page < this.nextPage; page++) {
      blocks += this.pageLive[page]!;
      granules += this.pageLive[page]! * classGranules[this.pageClass[page]!]!;
    }
    const used = granules << GRANULE_SHIFT;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  private take(tag: number): number {
    const sizeClass = classOf(tag);
    const head = this.heads[sizeClass]!;
    if (head === END) return this.carve(tag);
    const granule = head - 2;
    this.heads[sizeClass] = this.words[granule]!;
    this.words[granule] = tag;
    this.pageLive[granule >>> PAGE_GRANULES_SHIFT]!++;
    return granule << GRANULE_SHIFT;
  }

  /** A block of the smallest class, from a tag's on, whose blocks all have an alignment. */
  private allocateAligned(tag: number, alignment: number): number {
    if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
    const step = Math.max(1, alignment >>> GRANULE_SHIFT);
    let sizeClass = classOf(tag);
    while (classGranules[sizeClass]! % step !== 0) sizeClass++;
    return this.take(tagOf(sizeClass));
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  /** The next block of the class's last page, or of a new one. */
  private carve(tag: number): number {
    const sizeClass = classOf(tag);
    if (this.fresh[sizeClass] === this.freshEnd[sizeClass] && !this.takePage(sizeClass)) {
      if (!this.reclaim()) return this.refuse(Reject.exhausted);
      return this.take(tag);
    }
    const granule = this.fresh[sizeClass]!;
    this.fresh[sizeClass] = granule + (bytesOf(tag) >>> GRANULE_SHIFT);
    this.words[granule] = tag;
    this.pageLive[granule >>> PAGE_GRANULES_SHIFT]!++;
    return granule << GRANULE_SHIFT;
  }

  private takePage(sizeClass: number): boolean {
    let page: number;
    if (this.pagesBack > 0) page = this.pageStack[--this.pagesBack]!;
    else if (this.nextPage < this.pages) page = this.nextPage++;
    else return false;
    const size = classGranules[sizeClass]!;
    const first = page << PAGE_GRANULES_SHIFT;
    this.pageClass[page] = sizeClass;
    this.fresh[sizeClass] = first;
    this.freshEnd[sizeClass] = first + Math.trunc(PAGE_GRANULES / size) * size;
    return true;
  }

  /** Takes every empty page from its class. */
  private reclaim(): boolean {
    // Called when every page belongs to a class.
    if (this.pageLive.indexOf(0) < 0) return false;
    const emptied = new Uint8Array(this.pages);
    const concerned = new Uint8Array(CLASSES);
    for (let page = 0; page < this.pages; page++) {
      if (this.pageLive[page] !== 0) continue;
      emptied[page] = 1;
      concerned[this.pageClass[page]!] = 1;
    }
    for (let sizeClass = 0; sizeClass < CLASSES; sizeClass++)
      if (concerned[sizeClass] !== 0) this.unlink(sizeClass, emptied);
    for (let page = 0; page < this.nextPage; page++) {
      if (emptied[page] === 0) continue;
      this.words.fill(0, page << PAGE_GRANULES_SHIFT, (page + 1) << PAGE_GRANULES_SHIFT);
      this.pageStack[this.pagesBack++] = page;
    }
    return true;
  }

  /** Takes the blocks of some pages out of a class's list. */
  private unlink(sizeClass: number, pages: Uint8Array): void {
    if (this.fresh[sizeClass] !== this.freshEnd[sizeClass]) {
      const page = this.fresh[sizeClass]! >>> PAGE_GRANULES_SHIFT;
      if (pages[page] !== 0) this.fresh[sizeClass] = this.freshEnd[sizeClass] = 0;
    }
    let kept = -1;
    for (let word = this.heads[sizeClass]!; word !== END; ) {
      const granule = word - 2;
      word = this.words[granule]!;
      if (pages[granule >>> PAGE_GRANULES_SHIFT] !== 0) {
        if (kept < 0) this.heads[sizeClass] = word;
        else this.words[kept] = word;
      } else kept = granule;
    }
  }

  /** Free pages in a row; where there are none, the largest free block. */
  private largestFree(): number {
    const free = new Uint8Array(this.pages).fill(1);
    for (let page = 0; page < this.nextPage; page++) free[page] = this.pageLive[page] === 0 ? 1 : 0;
    let longest = 0;
    let run = 0;
    for (let page = 0; page < this.pages; page++) {
      run = free[page] === 0 ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    if (longest > 0) return longest << PAGE_SHIFT;
    for (let sizeClass = CLASSES - 1; sizeClass >= 0; sizeClass--)
      if (this.heads[sizeClass] !== END || this.fresh[sizeClass] !== this.freshEnd[sizeClass])
        return classGranules[sizeClass]! << GRANULE_SHIFT;
    return 0;
  }
}
