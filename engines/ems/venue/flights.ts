import type { VenueEventHandler } from './events';

const STRIDE = 9;

/** Messages of eight numbers under way, in the order in which they arrive: all take equally long. A ring in one typed array that grows when it must. */
export class Flights {
  private cells = new Float64Array(64 * STRIDE);
  private read = 0;
  private count = 0;

  /** When the next one arrives, Infinity when none is under way. */
  get nextNs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.cells[this.read]!;
  }

  depart(
    dueNs: number,
    first: number,
    child: number,
    price: number,
    quantity: number,
    fifth: number,
    sixth: number,
    seventh: number,
    eighth: number,
  ): void {
    if (this.count * STRIDE === this.cells.length) this.grow();
    const { cells } = this;
    const at = (this.read + this.count++ * STRIDE) % cells.length;
    cells[at] = dueNs;
    cells[at + 1] = first;
    cells[at + 2] = child;
    cells[at + 3] = price;
    cells[at + 4] = quantity;
    cells[at + 5] = fifth;
    cells[at + 6] = sixth;
    cells[at + 7] = seventh;
    cells[at + 8] = eighth;
  }

  /** Hands over the next one. */
  land(handler: VenueEventHandler): void {
    const { cells, read: at } = this;
    this.read = (at + STRIDE) % cells.length;
    this.count--;
    handler(
      cells[at + 1]!,
      cells[at + 2]!,
      cells[at + 3]!,
      cells[at + 4]!,
      cells[at + 5]!,
      cells[at + 6]!,
      cells[at + 7]!,
      cells[at + 8]!,
    );
  }

  private grow(): void {
    const { cells, read } = this;
    this.cells = new Float64Array(cells.length * 2);
    this.cells.set(cells.subarray(read));
    this.cells.set(cells.subarray(0, read), cells.length - read);
    this.read = 0;
  }
}
