const FANOUT = 256;
const WORDS = FANOUT / 32;
const SIGN = 1 << 31;
const NONE = 0;
/** No level, and a rank that is never better than another. */
export const NO_LEVEL = -1;
const NO_RANK = 0x7fffffff;
/** Integers of a level's record, and those of a page as a power of two. */
export const LEVEL_STRIDE = 4;
const PAGE_SHIFT = 10;
export const PAGE_STRIDE = 1 << PAGE_SHIFT;
/** Pages that are found without the tree: sixteen neighbours of each side. */
const RECENT = 15 << 2;
/** No upper 24 bits of a rank. */
const NO_PREFIX = 1 << 30;

/** Lowest set bit at or after `from` in the 256 bits that start at word `base`, or -1. */
function nextBit(words: Int32Array, base: number, from: number): number {
  let index = from >> 5;
  if (index >= WORDS) return -1;
  let word = words[base + index]! & (-1 << (from & 31));
  while (word === 0) {
    if (++index === WORDS) return -1;
    word = words[base + index]!;
  }
  return (index << 5) + 31 - Math.clz32(word & -word);
}

function doubled(old: Int32Array): Int32Array {
  const larger = new Int32Array(old.length * 2);
  larger.set(old);
  return larger;
}

/**
 * Where the price levels of a book stand: a level is found by its side and rank, and the next better one by bit scans.
 *
 * A rank is a signed 32-bit integer that grows as the price gets worse. Its four bytes are a path: three layers of
 * 256-way nodes lead to a page of 256 neighbouring levels, and each node and page has 256 bits that say which of its
 * children are occupied. Prices around the market share a page or two and stay in the processor's cache; a far price
 * takes a page of its own, which is given back when its last order leaves. So memory follows the live levels, and
 * every 32-bit price works. Both sides share one tree, each with a root of its own: sides come at random, and what is
 * indexed by the side needs no branch that the processor would predict wrongly half of the time.
 *
 * A level is known by the index of its record, four integers in the array that holds the orders as well; what is in it
 * is their business. Pools of nodes and pages are allocated beforehand and reused. Only when live levels lie on more
 * pages than ever before, or than the constructor was told, does a pool double: logarithmically rare.
 */
export class PriceLadder {
  /** The best price of each side: its rank and its level, `NO_LEVEL` when the side is empty. */
  readonly bestRank = new Int32Array(2).fill(NO_RANK);
  readonly bestLevel = new Int32Array(2).fill(NO_LEVEL);
  /** Rank of the level that `after` returned. */
  foundRank = 0;

  /** Where page 0 would stand: it is `NONE`. */
  private readonly origin: number;
  /** Nodes 0 and 1 are the roots of the buyers' and the sellers' tree. */
  private children: Int32Array;
  private nodeBits: Int32Array;
  private nodes = 2;
  /** First unused node and page; each keeps the next one in its first word. */
  private freeNode = NONE;
  private pageBits: Int32Array;
  private pages = 1;
  private freePage = NONE;
  /** Upper 24 bits of the ranks of a page and its first level, by the lowest of those bits and the side: looked up last. */
  private readonly recent = new Int32Array(RECENT + 4).fill(NO_PREFIX);

  /**
   * @param origin index of the first level's record
   * @param pages pages of 256 price levels to allocate beforehand
   */
  constructor(origin: number, pages: number) {
    this.origin = origin - PAGE_STRIDE;
    const slots = pages + 1;
    this.pageBits = new Int32Array(slots * WORDS);
    const nodes = 2 * slots + 2;
    this.children = new Int32Array(nodes * FANOUT);
    this.nodeBits = new Int32Array(nodes * WORDS);
  }

  /** The level of a rank, or `NO_LEVEL` when its page is not there. It may be empty. */
  find(side: number, rank: number): number {
    const at = recentOf(side, rank);
    return this.recent[at] === rank >> 8 ? this.recent[at | 1]! + ((rank & 255) << 2) : this.search(side, rank);
  }

  /** The level of a rank whose page is not there yet. */
  add(side: number, rank: number): number {
    const key = rank ^ SIGN;
    const upper = this.addChild(side, key >>> 24);
    const lower = this.addChild(upper, (key >>> 16) & 255);
    const page = this.takePage();
    this.link(lower, (key >>> 8) & 255, page);
    return this.levelOf(page, rank);
  }

  /** Marks a level as occupied. */
  occupy(side: number, rank: number, level: number): void {
    const { bestRank, bestLevel } = this;
    this.pageBits[(level - this.origin) >> 7]! |= 1 << (rank & 31);
    if (bestLevel[side] === NO_LEVEL || rank < bestRank[side]!) {
      bestRank[side] = rank;
      bestLevel[side] = level;
    }
  }

  /** Marks a level as empty: its last order has left. */
  vacate(side: number, rank: number, level: number): void {
    const { bestRank, bestLevel, pageBits } = this;
    const page = (level - this.origin) >> PAGE_SHIFT;
    const base = page * WORDS;
    pageBits[(level - this.origin) >> 7]! &= ~(1 << (rank & 31));
    if (level === bestLevel[side]) {
      const next = nextBit(pageBits, base, (rank & 255) + 1);
      if (next >= 0) {
        bestRank[side] = (rank & ~255) | next;
        bestLevel[side] = this.levelOf(page, next);
        return;
      }
      const found = this.after(side, rank);
      bestRank[side] = found === NO_LEVEL ? NO_RANK : this.foundRank;
      bestLevel[side] = found;
    }
    if (nextBit(pageBits, base, 0) < 0) this.removePage(side, rank, page);
  }

  /** The best occupied level whose rank is larger than this one, or `NO_LEVEL`; `foundRank` is its rank. */
  after(side: number, rank: number): number {
    const key = rank ^ SIGN;
    const { children, nodeBits } = this;
    const a = key >>> 24;
    const b = (key >>> 16) & 255;
    const c = (key >>> 8) & 255;
    const upper = children[side * FANOUT + a]!;
    if (upper !== NONE) {
      const lower = children[upper * FANOUT + b]!;
      if (lower !== NONE) {
        const page = children[lower * FANOUT + c]!;
        if (page !== NONE) {
          const low = nextBit(this.pageBits, page * WORDS, (key & 255) + 1);
          if (low >= 0) return this.found((key & ~255) | low, page);
        }
        const next = nextBit(nodeBits, lower * WORDS, c + 1);
        if (next >= 0) return this.firstOfPage((key & ~0xffff) | (next << 8), children[lower * FANOUT + next]!);
      }
      const next = nextBit(nodeBits, upper * WORDS, b + 1);
      if (next >= 0) return this.firstOfLower((key & ~0xffffff) | (next << 16), children[upper * FANOUT + next]!);
    }
    const next = nextBit(nodeBits, side * WORDS, a + 1);
    if (next < 0) return NO_LEVEL;
    const node = children[side * FANOUT + next]!;
    const below = nextBit(nodeBits, node * WORDS, 0);
    return this.firstOfLower((next << 24) | (below << 16), children[node * FANOUT + below]!);
  }

  private firstOfLower(key: number, node: number): number {
    const next = nextBit(this.nodeBits, node * WORDS, 0);
    return this.firstOfPage(key | (next << 8), this.children[node * FANOUT + next]!);
  }

  private firstOfPage(key: number, page: number): number {
    return this.found(key | nextBit(this.pageBits, page * WORDS, 0), page);
  }

  private found(key: number, page: number): number {
    this.foundRank = key ^ SIGN;
    return this.levelOf(page, key);
  }

  private levelOf(page: number, rank: number): number {
    return this.origin + ((page << PAGE_SHIFT) | ((rank & 255) << 2));
  }

  private search(side: number, rank: number): number {
    const key = rank ^ SIGN;
    const { children, recent } = this;
    const upper = children[side * FANOUT + (key >>> 24)]!;
    if (upper === NONE) return NO_LEVEL;
    const lower = children[upper * FANOUT + ((key >>> 16) & 255)]!;
    if (lower === NONE) return NO_LEVEL;
    const page = children[lower * FANOUT + ((key >>> 8) & 255)]!;
    if (page === NONE) return NO_LEVEL;
    const at = recentOf(side, rank);
    recent[at] = rank >> 8;
    recent[at | 1] = this.levelOf(page, 0);
    return this.levelOf(page, rank);
  }

  private removePage(side: number, rank: number, page: number): void {
    const key = rank ^ SIGN;
    const a = key >>> 24;
    const b = (key >>> 16) & 255;
    const upper = this.children[side * FANOUT + a]!;
    const lower = this.children[upper * FANOUT + b]!;
    this.pageBits[page * WORDS] = this.freePage;
    this.freePage = page;
    const at = recentOf(side, rank);
    if (this.recent[at] === rank >> 8) this.recent[at] = NO_PREFIX;
    if (!this.unlink(lower, (key >>> 8) & 255)) return;
    this.giveBackNode(lower);
    if (!this.unlink(upper, b)) return;
    this.giveBackNode(upper);
    this.unlink(side, a);
  }

  private addChild(node: number, index: number): number {
    const existing = this.children[node * FANOUT + index]!;
    if (existing !== NONE) return existing;
    const child = this.takeNode();
    this.link(node, index, child);
    return child;
  }

  private link(node: number, index: number, child: number): void {
    this.children[node * FANOUT + index] = child;
    this.nodeBits[node * WORDS + (index >> 5)]! |= 1 << (index & 31);
  }

  /** True when the node has no child left. */
  private unlink(node: number, index: number): boolean {
    this.children[node * FANOUT + index] = NONE;
    this.nodeBits[node * WORDS + (index >> 5)]! &= ~(1 << (index & 31));
    return nextBit(this.nodeBits, node * WORDS, 0) < 0;
  }

  private takePage(): number {
    const page = this.freePage;
    if (page === NONE) {
      if (this.pages * WORDS === this.pageBits.length) this.pageBits = doubled(this.pageBits);
      return this.pages++;
    }
    this.freePage = this.pageBits[page * WORDS]!;
    this.pageBits[page * WORDS] = 0;
    return page;
  }

  private takeNode(): number {
    const node = this.freeNode;
    if (node === NONE) {
      if (this.nodes * WORDS === this.nodeBits.length) {
        this.children = doubled(this.children);
        this.nodeBits = doubled(this.nodeBits);
      }
      return this.nodes++;
    }
    this.freeNode = this.children[node * FANOUT]!;
    this.children[node * FANOUT] = NONE;
    return node;
  }

  private giveBackNode(node: number): void {
    this.children[node * FANOUT] = this.freeNode;
    this.freeNode = node;
  }
}

/** Where `recent` has the page of a rank. */
function recentOf(side: number, rank: number): number {
  return ((rank >> 6) & RECENT) | (side << 1);
}
