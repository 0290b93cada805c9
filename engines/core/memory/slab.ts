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

/** By granules that are asked for: the smallest class that holds them and whose blocks all have an alignment (in granules). */
const classTable = (alignment: number): Uint8Array =>
  Uint8Array.from({ length: 513 }, (_, granules) =>
    classGranules.findIndex((size) => size >= granules && size % alignment === 0),
  );
/** By the logarithm of the alignment in granules: 64, 128, … 4096 bytes. */
const classTables = Array.from({ length: 7 }, (_, log) => classTable(1 << log));
const classOf = classTables[0]!;

/** What a word of the table says: 0, no block begins here; negative, a block of class ~word; else the next free block, plus two. */
const END = 1;

/**
 * Size classes, each a list of its free blocks, carved from pages of 64 KiB: the last block that was freed is the next one that is
 * handed out, while it is still in the cache.
 *
 * One word a granule is the link of a free block and the class of an allocated one, so the check of `free` costs no further load.
 * Empty pages go back to the other classes when a class finds none.
 */
export class SlabAllocator implements Allocator {
  readonly capacity: number;
  readonly largest = LARGEST;
  private readonly granules: number;
  private readonly words: Int32Array;
  private readonly heads = new Int32Array(CLASSES);
  private readonly sizes = Int32Array.from(classGranules);
  /** The class's last page as far as it was never handed out: granules. */
  private readonly fresh = new Int32Array(CLASSES);
  private readonly freshEnd = new Int32Array(CLASSES);
  private readonly pages: number;
  private readonly pageClass: Uint8Array;
  /** Allocated blocks by page. */
  private readonly pageLive: Int32Array;
  /** Pages that were given back. */
  private readonly pageStack: Int32Array;
  private pagesBack = 0;
  /** Pages before this one belong to a class, or were given back. */
  private nextPage = 0;
  private usedGranules = 0;
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

  get used(): number {
    return this.usedGranules << GRANULE_SHIFT;
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= LARGEST)) return this.refuse(Reject.size);
    if (alignment !== 64) return this.allocateAligned(bytes, alignment);
    return this.take(classOf[(bytes + 63) >>> GRANULE_SHIFT]!);
  }

  free(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const word = this.words[granule]!;
    if (word >= 0) return word === 0 ? Reject.notABlock : Reject.alreadyFree;
    const sizeClass = ~word;
    this.words[granule] = this.heads[sizeClass]!;
    this.heads[sizeClass] = granule + 2;
    this.pageLive[granule >>> PAGE_GRANULES_SHIFT]!--;
    const size = this.sizes[sizeClass]!;
    this.usedGranules -= size;
    return size << GRANULE_SHIFT;
  }

  sizeOf(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const word = this.words[granule]!;
    if (word >= 0) return word === 0 ? Reject.notABlock : Reject.alreadyFree;
    return this.sizes[~word]! << GRANULE_SHIFT;
  }

  reset(): void {
    this.words.fill(0, 0, this.nextPage << PAGE_GRANULES_SHIFT);
    this.heads.fill(END);
    this.fresh.fill(0);
    this.freshEnd.fill(0);
    this.pageLive.fill(0);
    this.pagesBack = this.nextPage = this.usedGranules = this.failures = 0;
  }

  stats(): AllocatorStats {
    const { capacity, used } = this;
    let blocks = 0;
    for (let page = 0; page < this.nextPage; page++) blocks += this.pageLive[page]!;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures: this.failures };
  }

  private take(sizeClass: number): number {
    const head = this.heads[sizeClass]!;
    if (head === END) return this.carve(sizeClass);
    const granule = head - 2;
    this.heads[sizeClass] = this.words[granule]!;
    this.words[granule] = ~sizeClass;
    this.pageLive[granule >>> PAGE_GRANULES_SHIFT]!++;
    this.usedGranules += this.sizes[sizeClass]!;
    return granule << GRANULE_SHIFT;
  }

  private allocateAligned(bytes: number, alignment: number): number {
    if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
    const table = classTables[alignment <= 64 ? 0 : 25 - Math.clz32(alignment)]!;
    return this.take(table[(bytes + 63) >>> GRANULE_SHIFT]!);
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  /** The next block of the class's last page, or of a new one. */
  private carve(sizeClass: number): number {
    const size = this.sizes[sizeClass]!;
    if (this.fresh[sizeClass] === this.freshEnd[sizeClass] && !this.takePage(sizeClass)) {
      if (!this.reclaim()) return this.refuse(Reject.exhausted);
      return this.take(sizeClass);
    }
    const granule = this.fresh[sizeClass]!;
    this.fresh[sizeClass] = granule + size;
    this.words[granule] = ~sizeClass;
    this.pageLive[granule >>> PAGE_GRANULES_SHIFT]!++;
    this.usedGranules += size;
    return granule << GRANULE_SHIFT;
  }

  private takePage(sizeClass: number): boolean {
    let page: number;
    if (this.pagesBack > 0) page = this.pageStack[--this.pagesBack]!;
    else if (this.nextPage < this.pages) page = this.nextPage++;
    else return false;
    const size = this.sizes[sizeClass]!;
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
        return this.sizes[sizeClass]! << GRANULE_SHIFT;
    return 0;
  }
}
