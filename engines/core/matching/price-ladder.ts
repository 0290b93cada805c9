const FANOUT = 256;
const WORDS = FANOUT / 32;
const SIGN = 1 << 31;
const NONE = 0;

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

const doubled = <T extends Int32Array | Float64Array>(old: T, make: new (length: number) => T): T => {
  const larger = new make(old.length * 2);
  larger.set(old);
  return larger;
};

/**
 * The price levels of one side, best first: a level is found by its rank, and the next better one by bit scans.
 *
 * A rank is a signed 32-bit integer that grows as the price gets worse. Its four bytes are a path: three layers of
 * 256-way nodes lead to a page of 256 neighbouring levels, and each node and page has 256 bits that say which of its
 * children are occupied. Prices around the market share a page or two and stay in the processor's cache; a far price
 * takes a page of its own, which is given back when its last order leaves. So memory follows the live levels, and
 * every 32-bit price works.
 *
 * Pools of nodes and pages are allocated beforehand and reused. Only when live levels lie on more pages than ever
 * before, or than the constructor was told, does a pool double: the one allocation on the path, logarithmically rare.
 */
export class PriceLadder {
  /** Rank and level of the best price; the level is -1 when the side is empty. */
  bestRank = 0;
  bestLevel = -1;
  /** First and last order of a level at [2 × level] and [2 × level + 1]; -1 when there is none. */
  queues: Int32Array;
  /** Quantity of a level; doubles, as the sum of 32-bit quantities may need more than 32 bits. */
  quantities: Float64Array;
  /** Rank of the level that `after` returned. */
  foundRank = 0;

  private children: Int32Array;
  private nodeBits: Int32Array;
  private nodes = 1;
  /** First unused node and page; each keeps the next one in its first word. */
  private freeNode = NONE;
  private pageBits: Int32Array;
  private pages = 1;
  private freePage = NONE;
  /** The page that was looked up last and the upper 24 bits of its ranks. */
  private recentPage = NONE;
  private recentPrefix = 0;

  /** @param pages pages of 256 price levels to allocate beforehand, about 6 KiB each */
  constructor(pages: number) {
    const slots = pages + 1;
    this.queues = new Int32Array(slots * FANOUT * 2).fill(-1);
    this.quantities = new Float64Array(slots * FANOUT);
    this.pageBits = new Int32Array(slots * WORDS);
    const nodes = 2 * slots + 1;
    this.children = new Int32Array(nodes * FANOUT);
    this.nodeBits = new Int32Array(nodes * WORDS);
  }

  /** The level of a rank, or -1 when nothing rests there. */
  find(rank: number): number {
    const page = this.pageOf(rank);
    if (page === NONE) return -1;
    const level = page * FANOUT + (rank & 255);
    return this.queues[2 * level]! < 0 ? -1 : level;
  }

  /** The level of a rank, marked as occupied: an order must join it at once. */
  occupy(rank: number): number {
    let page = this.pageOf(rank);
    if (page === NONE) page = this.addPage(rank);
    const low = rank & 255;
    this.pageBits[page * WORDS + (low >> 5)]! |= 1 << (low & 31);
    const level = page * FANOUT + low;
    if (this.bestLevel < 0 || rank < this.bestRank) {
      this.bestRank = rank;
      this.bestLevel = level;
    }
    return level;
  }

  /** Marks a level as empty: its last order has left. */
  vacate(rank: number, level: number): void {
    const page = level >> 8;
    const low = level & 255;
    const base = page * WORDS;
    this.pageBits[base + (low >> 5)]! &= ~(1 << (low & 31));
    if (level === this.bestLevel) {
      const next = nextBit(this.pageBits, base, low + 1);
      if (next >= 0) {
        this.bestRank = (rank & ~255) | next;
        this.bestLevel = (page << 8) | next;
        return;
      }
      this.bestLevel = this.after(rank);
      this.bestRank = this.foundRank;
    }
    if (nextBit(this.pageBits, base, 0) < 0) this.removePage(rank, page);
  }

  /** The best level whose rank is larger than this one, or -1; `foundRank` is its rank. */
  after(rank: number): number {
    const key = rank ^ SIGN;
    const { children, nodeBits } = this;
    const a = key >>> 24;
    const b = (key >>> 16) & 255;
    const c = (key >>> 8) & 255;
    const upper = children[a]!;
    if (upper !== NONE) {
      const lower = children[upper * FANOUT + b]!;
      if (lower !== NONE) {
        const page = children[lower * FANOUT + c]!;
        if (page !== NONE) {
          const low = nextBit(this.pageBits, page * WORDS, (key & 255) + 1);
          if (low >= 0) return this.found((key & ~255) | low, page, low);
        }
        const next = nextBit(nodeBits, lower * WORDS, c + 1);
        if (next >= 0) return this.firstOfPage((key & ~0xffff) | (next << 8), children[lower * FANOUT + next]!);
      }
      const next = nextBit(nodeBits, upper * WORDS, b + 1);
      if (next >= 0) return this.firstOfLower((key & ~0xffffff) | (next << 16), children[upper * FANOUT + next]!);
    }
    const next = nextBit(nodeBits, 0, a + 1);
    if (next < 0) return -1;
    const node = children[next]!;
    const below = nextBit(nodeBits, node * WORDS, 0);
    return this.firstOfLower((next << 24) | (below << 16), children[node * FANOUT + below]!);
  }

  private firstOfLower(key: number, node: number): number {
    const next = nextBit(this.nodeBits, node * WORDS, 0);
    return this.firstOfPage(key | (next << 8), this.children[node * FANOUT + next]!);
  }

  private firstOfPage(key: number, page: number): number {
    const low = nextBit(this.pageBits, page * WORDS, 0);
    return this.found(key | low, page, low);
  }

  private found(key: number, page: number, low: number): number {
    this.foundRank = key ^ SIGN;
    return page * FANOUT + low;
  }

  private pageOf(rank: number): number {
    const prefix = rank >> 8;
    if (prefix === this.recentPrefix && this.recentPage !== NONE) return this.recentPage;
    const key = rank ^ SIGN;
    const { children } = this;
    const upper = children[key >>> 24]!;
    if (upper === NONE) return NONE;
    const lower = children[upper * FANOUT + ((key >>> 16) & 255)]!;
    if (lower === NONE) return NONE;
    const page = children[lower * FANOUT + ((key >>> 8) & 255)]!;
    if (page !== NONE) {
      this.recentPage = page;
      this.recentPrefix = prefix;
    }
    return page;
  }

  private addPage(rank: number): number {
    const key = rank ^ SIGN;
    const upper = this.addChild(0, key >>> 24);
    const lower = this.addChild(upper, (key >>> 16) & 255);
    const page = this.takePage();
    this.link(lower, (key >>> 8) & 255, page);
    this.recentPage = page;
    this.recentPrefix = rank >> 8;
    return page;
  }

  private removePage(rank: number, page: number): void {
    const key = rank ^ SIGN;
    const a = key >>> 24;
    const b = (key >>> 16) & 255;
    const upper = this.children[a]!;
    const lower = this.children[upper * FANOUT + b]!;
    this.pageBits[page * WORDS] = this.freePage;
    this.freePage = page;
    if (this.recentPage === page) this.recentPage = NONE;
    if (!this.unlink(lower, (key >>> 8) & 255)) return;
    this.giveBackNode(lower);
    if (!this.unlink(upper, b)) return;
    this.giveBackNode(upper);
    this.unlink(0, a);
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
    if (page === NONE) return this.newPage();
    this.freePage = this.pageBits[page * WORDS]!;
    this.pageBits[page * WORDS] = 0;
    return page;
  }

  private takeNode(): number {
    const node = this.freeNode;
    if (node === NONE) return this.newNode();
    this.freeNode = this.children[node * FANOUT]!;
    this.children[node * FANOUT] = NONE;
    return node;
  }

  private giveBackNode(node: number): void {
    this.children[node * FANOUT] = this.freeNode;
    this.freeNode = node;
  }

  private newPage(): number {
    if (this.pages * WORDS === this.pageBits.length) {
      const filled = this.queues.length;
      this.queues = doubled(this.queues, Int32Array).fill(-1, filled);
      this.quantities = doubled(this.quantities, Float64Array);
      this.pageBits = doubled(this.pageBits, Int32Array);
    }
    return this.pages++;
  }

  private newNode(): number {
    if (this.nodes * WORDS === this.nodeBits.length) {
      this.children = doubled(this.children, Int32Array);
      this.nodeBits = doubled(this.nodeBits, Int32Array);
    }
    return this.nodes++;
  }
}
