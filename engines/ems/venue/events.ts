/** What a venue says about an order of ours. */
export const VenueEventKind = {
  accepted: 1,
  /** `price` and `quantity` of the trade, what it costs, and the number of the execution. */
  filled: 2,
  /** On request; `quantity` is what was left. */
  cancelled: 3,
  /** By itself, because the rest may not stay in the book; `quantity` is what was left. */
  expired: 4,
  rejected: 5,
  /** `price` and remaining `quantity` that stand now. */
  replaced: 6,
  changeRejected: 7,
  /** Answers a query: the order rests with this `price` and remaining `quantity`. */
  restated: 8,
  /** Of the venue as a whole: what rests there may trade, but nothing can be asked until it is up again. */
  sessionDown: 9,
  sessionUp: 10,
} as const;

const STRIDE = 8;

/** Gets an event as plain numbers. */
export type VenueEventHandler = (
  kind: number,
  child: number,
  price: number,
  quantity: number,
  maker: number,
  reason: number,
  fee: number,
  execution: number,
) => void;

/** A queue of venue events in one typed array; it grows when it must and never shrinks. */
export class VenueEvents {
  private cells = new Float64Array(256 * STRIDE);
  private read = 0;
  private written = 0;

  get waiting(): number {
    return (this.written - this.read) / STRIDE;
  }

  /**
   * @param maker 1 when our order was resting
   * @param fee of a fill, 1e-4 of the currency; negative is a rebate
   * @param execution of a fill: grows from fill to fill of an order, so one that is told twice is known
   */
  push(
    kind: number,
    child: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
    fee = 0,
    execution = 0,
  ): void {
    if (this.written === this.cells.length) this.makeRoom();
    const { cells, written } = this;
    cells[written] = kind;
    cells[written + 1] = child;
    cells[written + 2] = price;
    cells[written + 3] = quantity;
    cells[written + 4] = maker;
    cells[written + 5] = reason;
    cells[written + 6] = fee;
    cells[written + 7] = execution;
    this.written = written + STRIDE;
  }

  /** Hands over every event, those included that the handler causes by new requests. Returns how many. */
  drain(handler: VenueEventHandler): number {
    let count = 0;
    while (this.read < this.written) {
      const { cells, read: at } = this;
      this.read = at + STRIDE;
      handler(
        cells[at]!,
        cells[at + 1]!,
        cells[at + 2]!,
        cells[at + 3]!,
        cells[at + 4]!,
        cells[at + 5]!,
        cells[at + 6]!,
        cells[at + 7]!,
      );
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
    const larger = new Float64Array(this.cells.length * 2);
    larger.set(this.cells);
    this.cells = larger;
  }
}
