/** Words of a cell: the id's halves, the account, and the index of the order plus one, 0 in a free cell. One line of the cache holds four. */
const CELL = 4;
const ACCOUNT = 2;
const ORDER = 3;

/** Finds an order by (account, numeric client order id): open addressing in a typed array, no allocation but to double. */
export class ClientOrderIds {
  private cells = new Int32Array(CELL << 12);
  private used = 0;

  /** Index of the order, or -1. */
  find(account: number, id: number): number {
    return (this.cells[this.cell(account, id | 0, high(id)) + ORDER] as number) - 1;
  }

  /** The pair must not be there yet. */
  add(account: number, id: number, index: number): void {
    if (this.used * 2 * CELL >= this.cells.length) this.double();
    this.put(account, id | 0, high(id), index + 1);
    this.used++;
  }

  private put(account: number, low: number, high: number, order: number): void {
    const { cells } = this;
    const at = this.cell(account, low, high);
    cells[at] = low;
    cells[at + 1] = high;
    cells[at + ACCOUNT] = account;
    cells[at + ORDER] = order;
  }

  /** Where the cell of the pair is, or the free one where it would go. */
  private cell(account: number, low: number, high: number): number {
    const { cells } = this;
    const last = cells.length - CELL;
    let at = (hash(account, low, high) * CELL) & last;
    while (cells[at + ORDER] !== 0 && (cells[at] !== low || cells[at + 1] !== high || cells[at + ACCOUNT] !== account))
      at = (at + CELL) & last;
    return at;
  }

  private double(): void {
    const { cells } = this;
    this.cells = new Int32Array(cells.length * 2);
    for (let at = 0; at < cells.length; at += CELL) {
      const order = cells[at + ORDER] as number;
      if (order !== 0) this.put(cells[at + ACCOUNT] as number, cells[at] as number, cells[at + 1] as number, order);
    }
  }
}

/** The upper half of a whole number. */
const high = (id: number): number => (id / 4294967296) | 0;

/** Murmur3's finaliser over both halves of the id and the account. */
function hash(account: number, low: number, high: number): number {
  let h = low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(account, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
