const STRIDE = 5;

/**
 * The fills of the last call, in the order in which they happened, as flat integers.
 *
 * Every call of the book that may trade starts at fill 0 again, so a caller reads the fills before its next call and
 * nobody waits for anybody. One call can fill each resting order once, so a buffer of `capacity` fills never overflows;
 * its memory is touched only as far as the longest sweep went.
 */
export class MatchingEvents {
  /** Fills of the last call. */
  count = 0;
  private readonly cells: Int32Array;

  /** @param capacity most fills of one call: the orders that the book can hold */
  constructor(capacity: number) {
    this.cells = new Int32Array(capacity * STRIDE);
  }

  /** Id of the resting order of fill `index`. */
  makerId(index: number): number {
    return this.cells[index * STRIDE]!;
  }

  /** Id of the incoming order. */
  takerId(index: number): number {
    return this.cells[index * STRIDE + 1]!;
  }

  /** The resting order's price, price units. */
  price(index: number): number {
    return this.cells[index * STRIDE + 2]!;
  }

  quantity(index: number): number {
    return this.cells[index * STRIDE + 3]!;
  }

  /** What the resting order has left; 0 when the fill finished it. */
  makerLeft(index: number): number {
    return this.cells[index * STRIDE + 4]!;
  }

  /** Forgets the fills: the book does so at the start of each call. */
  clear(): void {
    this.count = 0;
  }

  /** Called by the book only. */
  push(makerId: number, takerId: number, price: number, quantity: number, makerLeft: number): void {
    const cells = this.cells;
    const at = this.count++ * STRIDE;
    cells[at] = makerId;
    cells[at + 1] = takerId;
    cells[at + 2] = price;
    cells[at + 3] = quantity;
    cells[at + 4] = makerLeft;
  }
}
