import { type AllocatorStats, GRANULE_SHIFT, isAlignment, type MovingAllocator, Reject } from './allocator';
import { BlockMap, WAITS } from './block-map';

/** Lists a power of two, as a logarithm. */
const SPLIT = 5;
/** Below it a list holds blocks of one size only: granules. */
const EXACT = 1 << (SPLIT + 1);
const ROWS = 32 - SPLIT;
/** Blocks of up to so many granules wait unjoined for who wants their size, so many of each size. */
const QUICK = 16;
const IDLE = 256;

/**
 * Best fit as two-level segregated fit (Masmano, Ripoll, Crespo and Real, ECRTS 2004): free blocks in lists by size, 32 to a power
 * of two, found by two bitmaps in constant time. Up to 4 KiB the lists are exact; above it a block is at most 1/32 larger than the best.
 *
 * Neighbours that are free become one block, the small ones lazily: up to 1 KiB the blocks that were freed last wait as they are, for
 * mostly the next one wanted has the same size. They are joined when there are too many of them, or when nothing else is large enough.
 */
export class BestFitAllocator implements MovingAllocator {
  readonly capacity: number;
  readonly largest: number;
  private readonly map: BlockMap;
  private declare readonly granules: number;
  private declare readonly words: Int32Array;
  /** By granules: the blocks that wait, and how many. */
  private readonly idle = new Int32Array((QUICK + 1) * IDLE);
  private readonly idleCounts = new Int32Array(QUICK + 1);
  /** By granules: how many blocks are allocated of those that may wait; the map counts the others. */
  private readonly live = new Int32Array(QUICK + 1);
  /** Twice a free block's first granule: the next one of its list, plus one; then the one before; 0: none. */
  private readonly links: Int32Array;
  /** First block of each list plus one. */
  private readonly heads = new Int32Array(ROWS << SPLIT);
  /** Lists of a row that have a block, and rows that have such a list. */
  private readonly lists = new Int32Array(ROWS);
  private rows = 0;
  private failures = 0;

  constructor(capacity: number) {
    this.map = new BlockMap(capacity);
    this.granules = this.map.granules;
    this.words = this.map.words;
    this.capacity = this.largest = this.granules << GRANULE_SHIFT;
    this.links = new Int32Array(2 * this.granules);
    this.link(0, this.granules);
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.capacity)) return this.refuse(Reject.size);
    if (alignment > 64) return this.allocateAligned(bytes, alignment);
    const size = (bytes + 63) >>> GRANULE_SHIFT;
    if (size > QUICK) return this.search(size);
    const waiting = this.idleCounts[size]! - 1;
    if (waiting < 0) return this.search(size);
    const granule = this.idle[size * IDLE + waiting]!;
    this.idleCounts[size] = waiting;
    this.words[granule] = size;
    this.live[size]!++;
    return granule << GRANULE_SHIFT;
  }

  free(offset: number): number {
    const granule = offset >>> GRANULE_SHIFT;
    if ((offset & 63) !== 0 || offset !== (offset | 0) || granule >= this.granules) return Reject.notABlock;
    const size = this.words[granule]!;
    if (size <= 0 || size > QUICK) return this.join(granule);
    const waiting = this.idleCounts[size]!;
    if (waiting === IDLE) return this.join(granule);
    this.idle[size * IDLE + waiting] = granule;
    this.idleCounts[size] = waiting + 1;
    this.words[granule] = size | WAITS;
    this.live[size]!--;
    return size << GRANULE_SHIFT;
  }

  sizeOf(offset: number): number {
    const granule = this.map.blockAt(offset);
    return granule < 0 ? granule : this.map.words[granule]! << GRANULE_SHIFT;
  }

  reset(): void {
    this.heads.fill(0);
    this.lists.fill(0);
    this.rows = this.failures = 0;
    this.idleCounts.fill(0);
    this.live.fill(0);
    this.map.clear();
    this.link(0, this.map.granules);
  }

  stats(): AllocatorStats {
    this.joinAll();
    const { capacity, failures } = this;
    let { blocks, usedGranules } = this.map;
    for (let size = 1; size <= QUICK; size++) {
      blocks += this.live[size]!;
      usedGranules += this.live[size]! * size;
    }
    const used = usedGranules << GRANULE_SHIFT;
    return { capacity, used, free: capacity - used, largestFree: this.largestFree(), blocks, failures };
  }

  moveDown(offset: number, alignment: number): number {
    const { map } = this;
    const granule = map.blockAt(offset);
    if (granule < 0) return granule;
    this.joinAll();
    const before = map.freeBefore(granule);
    const step = Math.max(1, alignment >>> GRANULE_SHIFT);
    const start = granule - before;
    const target = (start + step - 1) & -step;
    if (target >= granule) return Reject.exhausted;
    const size = map.words[granule]!;
    this.takeFree(start, before);
    map.words[granule] = 0;
    if (target > start) this.putFree(start, target - start);
    map.words[target] = size;
    this.giveBack(target + size, granule - target);
    return target << GRANULE_SHIFT;
  }

  nextBlock(offset: number): number {
    const granule = this.map.nextBlock(offset >>> GRANULE_SHIFT);
    return granule < 0 ? -1 : granule << GRANULE_SHIFT;
  }

  /** A block of the best list, cut to size. */
  private search(size: number): number {
    let granule = this.find(size);
    if (granule < 0) {
      this.joinAll();
      granule = this.find(size);
      if (granule < 0 && (granule = this.findInOwnList(size)) < 0) return this.refuse(Reject.exhausted);
    }
    const { map } = this;
    const free = map.freeAt(granule);
    this.unlink(granule, free);
    if (free === size) {
      map.words[granule + size - 1] = 0;
    } else {
      map.markFree(granule + size, free - size);
      this.link(granule + size, free - size);
    }
    map.words[granule] = size;
    this.count(size, 1);
    return granule << GRANULE_SHIFT;
  }

  /** A block whose aligned part is large enough: of those with the padding that is needed at most, else any. */
  private allocateAligned(bytes: number, alignment: number): number {
    if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
    const size = (bytes + 63) >>> GRANULE_SHIFT;
    const step = alignment >>> GRANULE_SHIFT;
    let granule = this.find(size + step - 1);
    if (granule < 0) {
      this.joinAll();
      granule = this.map.findAligned(size, step);
      if (granule < 0) return this.refuse(Reject.exhausted);
    }
    const { map } = this;
    const free = map.freeAt(granule);
    this.takeFree(granule, free);
    const start = (granule + step - 1) & -step;
    if (start > granule) this.putFree(granule, start - granule);
    const rest = granule + free - start - size;
    if (rest > 0) this.putFree(start + size, rest);
    map.words[start] = size;
    this.count(size, 1);
    return start << GRANULE_SHIFT;
  }

  private count(size: number, blocks: 1 | -1): void {
    if (size <= QUICK) this.live[size]! += blocks;
    else {
      this.map.blocks += blocks;
      this.map.usedGranules += blocks * size;
    }
  }

  /** Frees a block at once: its bytes, or a `Reject`. */
  private join(granule: number): number {
    const size = this.words[granule]!;
    if (size <= 0 || size > WAITS) return this.map.reasonAt(granule);
    this.count(size, -1);
    this.giveBack(granule, size);
    return size << GRANULE_SHIFT;
  }

  /** Joins all blocks that wait. */
  private joinAll(): void {
    for (let size = 1; size <= QUICK; size++) {
      for (let at = this.idleCounts[size]! - 1; at >= 0; at--) this.giveBack(this.idle[size * IDLE + at]!, size);
      this.idleCounts[size] = 0;
    }
  }

  /** Makes granules free, together with what is free before and after them. */
  private giveBack(granule: number, size: number): void {
    const { map } = this;
    let start = granule;
    let total = size;
    const after = map.freeAt(granule + size);
    if (after > 0) {
      this.takeFree(granule + size, after);
      total += after;
    }
    const before = map.freeBefore(granule);
    if (before > 0) {
      start -= before;
      total += before;
      this.takeFree(start, before);
    }
    map.words[granule] = 0;
    this.putFree(start, total);
  }

  private takeFree(granule: number, size: number): void {
    this.unlink(granule, size);
    this.map.unmark(granule, size);
  }

  private putFree(granule: number, size: number): void {
    this.map.markFree(granule, size);
    this.link(granule, size);
  }

  private link(granule: number, size: number): void {
    const { links } = this;
    const list = listOf(size);
    const head = this.heads[list]!;
    links[2 * granule] = head;
    links[2 * granule + 1] = 0;
    this.heads[list] = granule + 1;
    if (head !== 0) {
      links[2 * head - 1] = granule + 1;
      return;
    }
    this.lists[list >>> SPLIT]! |= 1 << (list & 31);
    this.rows |= 1 << (list >>> SPLIT);
  }

  private unlink(granule: number, size: number): void {
    const { links } = this;
    const next = links[2 * granule]!;
    const previous = links[2 * granule + 1]!;
    if (next !== 0) links[2 * next - 1] = previous;
    if (previous !== 0) {
      links[2 * previous - 2] = next;
      return;
    }
    const list = listOf(size);
    this.heads[list] = next;
    if (next !== 0) return;
    const row = list >>> SPLIT;
    if ((this.lists[row]! &= ~(1 << (list & 31))) === 0) this.rows &= ~(1 << row);
  }

  /** A block of a list all of whose blocks are large enough, or -1. */
  private find(size: number): number {
    const list = size < EXACT ? size : listOf(size + (1 << (31 - SPLIT - Math.clz32(size))) - 1);
    let row = list >>> SPLIT;
    if (row >= ROWS) return -1;
    let lists = this.lists[row]! & (-1 << (list & 31));
    if (lists === 0) {
      const rows = row === 31 ? 0 : this.rows & (-2 << row);
      if (rows === 0) return -1;
      row = 31 - Math.clz32(rows & -rows);
      lists = this.lists[row]!;
    }
    return this.heads[(row << SPLIT) | (31 - Math.clz32(lists & -lists))]! - 1;
  }

  /** The last resort: a list may have large enough blocks among smaller ones. */
  private findInOwnList(size: number): number {
    for (let at = this.heads[listOf(size)]!; at !== 0; at = this.links[2 * at - 2]!)
      if (this.map.freeAt(at - 1) >= size) return at - 1;
    return -1;
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }

  private largestFree(): number {
    if (this.rows === 0) return 0;
    const row = 31 - Math.clz32(this.rows);
    const list = (row << SPLIT) | (31 - Math.clz32(this.lists[row]!));
    let longest = 0;
    for (let at = this.heads[list]!; at !== 0; at = this.links[2 * at - 2]!)
      longest = Math.max(longest, this.map.freeAt(at - 1));
    return longest << GRANULE_SHIFT;
  }
}

/** The list of a block: exact below 64 granules, then 32 to a power of two. */
function listOf(size: number): number {
  if (size < EXACT) return size;
  const power = 31 - Math.clz32(size);
  return ((power - SPLIT) << SPLIT) + (size >>> (power - SPLIT));
}
