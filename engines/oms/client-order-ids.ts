import { integers } from './lasting';

/** Words of a cell: the halves of a block's first id, the account, and the block's number plus one, 0 in a free cell. */
const CELL = 4;
const ACCOUNT = 2;
const BLOCK = 3;
/** Ids of a block follow each other and share a cell: a power of two. */
const IDS = 8;
/** Cells of the smaller table that each block moves while the table grows: more than it fills in the larger one. */
const MOVED = 16;
/** Ids whose orders stand in one array. */
const BITS = 15;
const MASK = (1 << BITS) - 1;

const NOTHING = new Int32Array();

/**
 * Finds an order by (account, numeric client order id). Blocks of ids are found by open addressing in a typed array, at most half full. A
 * full one grows little by little, a few cells with each block, so that no order waits for all of them.
 */
export class ClientOrderIds {
  private cells = new Int32Array(CELL << 12);
  private blocks = 0;
  /** By block and id in it: the index of the order plus one, 0: there is none. */
  private readonly orders: Int32Array[] = [];
  /** The table before, while not all of it is moved. */
  private smaller = NOTHING;
  /** Words of it that are. */
  private moved = 0;

  /** Index of the order, or -1. */
  find(account: number, id: number): number {
    const block = this.blockOf(account, id & -IDS, upper(id));
    if (block < 0) return -1;
    const at = block * IDS + (id & (IDS - 1));
    return ((this.orders[at >> BITS] as Int32Array)[at & MASK] as number) - 1;
  }

  /** The pair must not be there yet. */
  add(account: number, id: number, index: number): void {
    const known = this.blockOf(account, id & -IDS, upper(id));
    const block = known < 0 ? this.addBlock(account, id & -IDS, upper(id)) : known;
    const at = block * IDS + (id & (IDS - 1));
    (this.orders[at >> BITS] as Int32Array)[at & MASK] = index + 1;
  }

  private blockOf(account: number, low: number, high: number): number {
    const block = (this.cells[cellOf(this.cells, account, low, high) + BLOCK] as number) - 1;
    if (block >= 0 || this.smaller.length === 0) return block;
    return (this.smaller[cellOf(this.smaller, account, low, high) + BLOCK] as number) - 1;
  }

  private addBlock(account: number, low: number, high: number): number {
    if (this.smaller.length > 0) this.move();
    else if (this.blocks * 2 * CELL >= this.cells.length) this.grow();
    const block = this.blocks++;
    if (((block * IDS) & MASK) === 0) this.orders.push(integers(1 << BITS));
    put(this.cells, account, low, high, block + 1);
    return block;
  }

  private grow(): void {
    this.smaller = this.cells;
    this.cells = new Int32Array(this.smaller.length * 2);
    this.moved = 0;
  }

  private move(): void {
    const { smaller, cells } = this;
    const end = this.moved + MOVED * CELL;
    for (let at = this.moved; at < end; at += CELL) {
      const block = smaller[at + BLOCK] as number;
      if (block !== 0)
        put(cells, smaller[at + ACCOUNT] as number, smaller[at] as number, smaller[at + 1] as number, block);
    }
    this.moved = end;
    if (end === smaller.length) this.smaller = NOTHING;
  }
}

function put(cells: Int32Array, account: number, low: number, high: number, block: number): void {
  const at = cellOf(cells, account, low, high);
  cells[at] = low;
  cells[at + 1] = high;
  cells[at + ACCOUNT] = account;
  cells[at + BLOCK] = block;
}

/** Where the cell of the block is, or the free one where it would go. */
function cellOf(cells: Int32Array, account: number, low: number, high: number): number {
  const last = cells.length - CELL;
  let at = (hash(account, low, high) * CELL) & last;
  while (cells[at + BLOCK] !== 0 && (cells[at] !== low || cells[at + 1] !== high || cells[at + ACCOUNT] !== account))
    at = (at + CELL) & last;
  return at;
}

/** The upper half of a whole number. */
const upper = (id: number): number => (id / 4294967296) | 0;

/** Murmur3's finaliser over both halves of the id and the account. */
function hash(account: number, low: number, high: number): number {
  let h = low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(account, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
