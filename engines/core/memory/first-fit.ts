import { type AllocatorStats, GRANULE_SHIFT, isAlignment, type MovingAllocator, Reject } from './allocator';
import { BlockMap, FOOT } from './block-map';

/** Granules whose free blocks share a leaf of the tree. */
const LEAF_SHIFT = 5;
/** Children of a node, as a logarithm. */
const FAN_SHIFT = 3;
const FAN = 1 << FAN_SHIFT;

/**
 * First fit: the free block with the lowest address that is large enough. What lives long gathers at the arena's start and its
 * end stays whole. Neighbours that are free become one block at once.
 *
 * A tree over the addresses, eight children to a node, holds the largest free block below each node, so that the search
 * takes a step a level instead of a walk along all free blocks.
 */
export class FirstFitAllocator implements MovingAllocator {
  readonly capacity: number;
  readonly largest: number;
  private readonly map: BlockMap;
  private readonly tree: Int32Array;
  /** First node of each level; the leaves are level 0. */
  private readonly levels: Int32Array;
  private failures = 0;

  constructor(capacity: number) {
    this.map = new BlockMap(capacity);
    this.capacity = this.largest = this.map.granules << GRANULE_SHIFT;
    const levels: number[] = [];
    let nodes = 0;
    for (let last = (this.map.granules - 1) >>> LEAF_SHIFT; ; last >>>= FAN_SHIFT) {
      levels.push(nodes);
      // Whole families, so that a search among brothers ends without counting them.
      nodes += (last + FAN) & -FAN;
      if (last === 0) break;
    }
    this.levels = Int32Array.from(levels);
    this.tree = new Int32Array(nodes);
    this.raise(0, this.map.granules);
  }

  allocate(bytes: number, alignment = 64): number {
    if (!(bytes > 0 && bytes <= this.capacity)) return this.refuse(Reject.size);
    const { map } = this;
    const size = (bytes + 63) >>> GRANULE_SHIFT;
    let granule = this.find(size);
    let step = 1;
    if (alignment > 64) {
      if (!isAlignment(alignment)) return this.refuse(Reject.alignment);
      step = alignment >>> GRANULE_SHIFT;
      if (granule >= 0 && ((granule + step - 1) & -step) + size > granule + map.freeAt(granule))
        granule = map.findAligned(size, step);
    }
    if (granule < 0) return this.refuse(Reject.exhausted);
    const free = map.freeAt(granule);
    const start = (granule + step - 1) & -step;
    const rest = granule + free - start - size;
    this.takeFree(granule, free);
    if (start > granule) this.putFree(granule, start - granule);
    if (rest > 0) this.putFree(start + size, rest);
    map.words[start] = size;
    map.usedGranules += size;
    map.blocks++;
    return start << GRANULE_SHIFT;
  }

  free(offset: number): number {
    const { map } = this;
    const granule = map.blockAt(offset);
    if (granule < 0) return granule;
    const size = map.words[granule]!;
    map.usedGranules -= size;
    map.blocks--;
    this.giveBack(granule, size);
    return size << GRANULE_SHIFT;
  }

  sizeOf(offset: number): number {
    const granule = this.map.blockAt(offset);
    return granule < 0 ? granule : this.map.words[granule]! << GRANULE_SHIFT;
  }

  reset(): void {
    this.failures = 0;
    this.tree.fill(0);
    this.map.clear();
    this.raise(0, this.map.granules);
  }

  stats(): AllocatorStats {
    const { capacity, failures } = this;
    const { blocks, usedGranules } = this.map;
    const used = usedGranules << GRANULE_SHIFT;
    const largestFree = this.tree[this.tree.length - FAN]! << GRANULE_SHIFT;
    return { capacity, used, free: capacity - used, largestFree, blocks, failures };
  }

  moveDown(offset: number, alignment: number): number {
    const { map } = this;
    const granule = map.blockAt(offset);
    if (granule < 0) return granule;
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
    this.map.unmark(granule, size);
    this.lower(granule, size);
  }

  private putFree(granule: number, size: number): void {
    this.map.markFree(granule, size);
    this.raise(granule, size);
  }

  /** Tells the nodes above a granule of a free block that begins there. */
  private raise(granule: number, size: number): void {
    const { tree, levels } = this;
    let at = granule >>> LEAF_SHIFT;
    for (let level = 0; level < levels.length; level++) {
      const node = levels[level]! + at;
      if (tree[node]! >= size) return;
      tree[node] = size;
      at >>>= FAN_SHIFT;
    }
  }

  /** Tells them that it is gone. */
  private lower(granule: number, size: number): void {
    const { tree, levels } = this;
    let at = granule >>> LEAF_SHIFT;
    if (tree[at] !== size) return;
    let largest = this.largestInLeaf(at);
    for (let level = 0; ; ) {
      if (largest === size) return;
      tree[levels[level]! + at] = largest;
      if (++level === levels.length) return;
      const family = levels[level - 1]! + (at & -FAN);
      at >>>= FAN_SHIFT;
      if (tree[levels[level]! + at] !== size) return;
      largest = 0;
      for (let child = 0; child < FAN; child++) if (tree[family + child]! > largest) largest = tree[family + child]!;
    }
  }

  private largestInLeaf(leaf: number): number {
    const { words, granules } = this.map;
    const first = leaf << LEAF_SHIFT;
    const end = Math.min(first + (1 << LEAF_SHIFT), granules);
    let largest = 0;
    for (let at = first; at < end; at++) {
      const word = words[at]!;
      if (word < 0 && word > FOOT && -word > largest) largest = -word;
    }
    return largest;
  }

  /** The lowest free block of a size, or -1. */
  private find(size: number): number {
    const { tree, levels } = this;
    let at = 0;
    if (tree[levels[levels.length - 1]!]! < size) return -1;
    for (let level = levels.length - 2; level >= 0; level--) {
      at <<= FAN_SHIFT;
      while (tree[levels[level]! + at]! < size) at++;
    }
    const { words } = this.map;
    for (let granule = at << LEAF_SHIFT; ; granule++) {
      const word = words[granule]!;
      if (word <= -size && word > FOOT) return granule;
    }
  }

  private refuse(reject: Reject): Reject {
    this.failures++;
    return reject;
  }
}
