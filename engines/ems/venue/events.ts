/** What a venue says about an order of ours. */
export const VenueEventKind = {
  accepted: 1,
  /** `price` and `quantity` of the trade. */
  filled: 2,
  /** On request; `quantity` is what was left. */
  cancelled: 3,
  /** By itself, because the rest may not stay in the book; `quantity` is what was left. */
  expired: 4,
  rejected: 5,
  /** `price` and remaining `quantity` that stand now. */
  replaced: 6,
  changeRejected: 7,
} as const;

const STRIDE = 6;

/** Gets an event as plain numbers. */
export type VenueEventHandler = (
  kind: number,
  child: number,
  price: number,
  quantity: number,
  maker: number,
  reason: number,
) => void;

/** A queue of venue events in one typed array; it grows when it must and never shrinks. */
export class VenueEvents {
  private cells = new Int32Array(256 * STRIDE);
  private read = 0;
  private written = 0;

  get waiting(): number {
    return (this.written - this.read) / STRIDE;
  }

  /** @param maker 1 when our order was resting */
  push(kind: number, child: number, price: number, quantity: number, maker: number, reason: number): void {
    if (this.written === this.cells.length) this.makeRoom();
    const { cells, written } = this;
    cells[written] = kind;
    cells[written + 1] = child;
    cells[written + 2] = price;
    cells[written + 3] = quantity;
    cells[written + 4] = maker;
    cells[written + 5] = reason;
    this.written = written + STRIDE;
  }

  /** Hands over every event, those included that the handler causes by new requests. Returns how many. */
  drain(handler: VenueEventHandler): number {
    let count = 0;
    while (this.read < this.written) {
      const { cells, read } = this;
      this.read = read + STRIDE;
      handler(cells[read]!, cells[read + 1]!, cells[read + 2]!, cells[read + 3]!, cells[read + 4]!, cells[read + 5]!);
      count++;
    }
    this.read = this.written = 0;
    return count;
  }

  private makeRoom(): void {
    if (this.read > 0) {
      this.cells.copyWithin(0, this.read, this.written);
      this.written -= this.read;
      this.read = 0;
      return;
    }
    const larger = new Int32Array(this.cells.length * 2);
    larger.set(this.cells);
    this.cells = larger;
  }
}
