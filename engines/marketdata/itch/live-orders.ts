/** Words of an entry: the reference number's low and high half, then what is known of the order. */
const STRIDE = 8;
const LOW = 0;
const HIGH = 1;
/** 0: nothing stands here. */
const ID = 2;
const PRICE = 3;
const LEFT = 4;
const PLACE = 5;
const SIDE = 6;
const TWO_32 = 2 ** 32;

/**
 * The orders that rest, by their 64-bit reference numbers: open addressing with linear probing in one typed array that grows, and entries
 * that move back when one before them goes. The fields of the order that was found last stand in the table.
 */
export class LiveOrders {
  id = 0;
  price = 0;
  left = 0;
  /** Stock locate. */
  place = 0;
  side = 0;
  size = 0;
  private cells: Int32Array;
  private mask: number;
  /** Entry of the order that was found last. */
  private at = 0;

  constructor(bits = 12) {
    this.cells = new Int32Array(STRIDE << bits);
    this.mask = (1 << bits) - 1;
  }

  /** Finds an order and shows it in the fields. */
  find(reference: number): boolean {
    const low = reference | 0;
    const high = (reference / TWO_32) | 0;
    const { cells, mask } = this;
    for (let slot = home(low, high) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * STRIDE;
      const id = cells[at + ID]!;
      if (id === 0) return false;
      if (cells[at + LOW] !== low || cells[at + HIGH] !== high) continue;
      this.at = at;
      this.id = id;
      this.price = cells[at + PRICE]!;
      this.left = cells[at + LEFT]!;
      this.place = cells[at + PLACE]!;
      this.side = cells[at + SIDE]!;
      return true;
    }
  }

  /** Adds an order whose reference is not there. */
  add(reference: number, id: number, place: number, side: number, price: number, quantity: number): void {
    if (this.size * 2 > this.mask) this.grow();
    const low = reference | 0;
    const high = (reference / TWO_32) | 0;
    const { cells, mask } = this;
    let slot = home(low, high) & mask;
    while (cells[slot * STRIDE + ID] !== 0) slot = (slot + 1) & mask;
    const at = slot * STRIDE;
    cells[at + LOW] = low;
    cells[at + HIGH] = high;
    cells[at + ID] = id;
    cells[at + PRICE] = price;
    cells[at + LEFT] = quantity;
    cells[at + PLACE] = place;
    cells[at + SIDE] = side;
    this.size++;
  }

  /** Takes from the order that was found last, which goes with the last share. */
  take(quantity: number): void {
    const left = this.left - quantity;
    if (left > 0) this.cells[this.at + LEFT] = left;
    else this.remove();
  }

  /** Removes the order that was found last. */
  remove(): void {
    const { cells, mask } = this;
    let hole = this.at / STRIDE;
    for (let slot = (hole + 1) & mask; cells[slot * STRIDE + ID] !== 0; slot = (slot + 1) & mask) {
      const at = slot * STRIDE;
      const wanted = home(cells[at + LOW]!, cells[at + HIGH]!) & mask;
      if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;
      cells.copyWithin(hole * STRIDE, at, at + STRIDE);
      hole = slot;
    }
    cells[hole * STRIDE + ID] = 0;
    this.size--;
  }

  private grow(): void {
    const old = this.cells;
    this.cells = new Int32Array(old.length * 2);
    this.mask = this.mask * 2 + 1;
    for (let at = 0; at < old.length; at += STRIDE) {
      if (old[at + ID] === 0) continue;
      let slot = home(old[at + LOW]!, old[at + HIGH]!) & this.mask;
      while (this.cells[slot * STRIDE + ID] !== 0) slot = (slot + 1) & this.mask;
      this.cells.set(old.subarray(at, at + STRIDE), slot * STRIDE);
    }
  }
}

/** Fibonacci hashing, and the upper bits down to where the mask looks. */
function home(low: number, high: number): number {
  const hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}
