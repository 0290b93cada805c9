import { proportion } from './arithmetic';
import { ClosedLot, Lot, Position } from './columns';
import { Ring } from './ring';
import { Table } from './table';

/** Closed lots that are kept. */
const KEPT_CLOSED_LOTS = 1 << 16;

/** What each fill opened and is still open, by position, oldest first; and what was closed. */
export class Lots {
  readonly table = new Table(Lot);
  readonly closed = new Ring(ClosedLot, KEPT_CLOSED_LOTS);
  /** Row + 1 of the first that is free again. */
  private free = 0;

  constructor(private readonly positions: Table<typeof Position>) {}

  /** Cost of the first `quantity` shares: what closing them releases. */
  releasable(position: number, quantity: number): number {
    const { cells, width } = this.table;
    let released = 0;
    for (let lot = this.positions.get(position, Position.firstLot), left = quantity; left > 0 && lot > 0; ) {
      const at = (lot - 1) * width;
      const size = Math.abs(cells[at + Lot.quantity] as number);
      const cost = cells[at + Lot.cost] as number;
      released += left >= size ? cost : Math.sign(cost) * proportion(Math.abs(cost), left, size);
      left -= Math.min(left, size);
      lot = cells[at + Lot.next] as number;
    }
    return released;
  }

  /** Closes the first `quantity` shares at a price. */
  close(position: number, quantity: number, price: number, day: number, record: number): void {
    const { cells, width } = this.table;
    for (let left = quantity; left > 0; ) {
      const lot = this.positions.get(position, Position.firstLot);
      if (lot === 0) return;
      const at = (lot - 1) * width;
      const held = cells[at + Lot.quantity] as number;
      const size = Math.abs(held);
      const sign = Math.sign(held);
      const taken = Math.min(left, size);
      const cost = cells[at + Lot.cost] as number;
      const released = taken === size ? cost : Math.sign(cost) * proportion(Math.abs(cost), taken, size);
      this.note(position, lot - 1, sign * taken, released, sign * taken * price, day, record);
      left -= taken;
      if (taken === size) this.drop(position);
      else {
        cells[at + Lot.quantity] = held - sign * taken;
        cells[at + Lot.cost] = cost - released;
      }
    }
  }

  open(position: number, quantity: number, cost: number, day: number, record: number): void {
    const row = this.free > 0 ? this.free - 1 : this.table.add();
    const { cells, width } = this.table;
    const at = row * width;
    if (this.free > 0) this.free = cells[at + Lot.next] as number;
    cells[at + Lot.quantity] = quantity;
    cells[at + Lot.cost] = cost;
    cells[at + Lot.day] = day;
    cells[at + Lot.record] = record;
    cells[at + Lot.next] = 0;
    const last = this.positions.get(position, Position.lastLot);
    if (last === 0) this.positions.set(position, Position.firstLot, row + 1);
    else cells[(last - 1) * width + Lot.next] = row + 1;
    this.positions.set(position, Position.lastLot, row + 1);
  }

  /** Rows of a position's open lots, oldest first. */
  *of(position: number): Generator<number> {
    for (let lot = this.positions.get(position, Position.firstLot); lot > 0; lot = this.table.get(lot - 1, Lot.next))
      yield lot - 1;
  }

  /** Takes the first lot away. */
  drop(position: number): void {
    const { cells, width } = this.table;
    const lot = this.positions.get(position, Position.firstLot);
    const at = (lot - 1) * width;
    const next = cells[at + Lot.next] as number;
    this.positions.set(position, Position.firstLot, next);
    if (next === 0) this.positions.set(position, Position.lastLot, 0);
    cells[at + Lot.quantity] = 0;
    cells[at + Lot.cost] = 0;
    cells[at + Lot.next] = this.free;
    this.free = lot;
  }

  get firstFree(): number {
    return this.free;
  }

  restoreFree(free: number): void {
    this.free = free;
  }

  private note(
    position: number,
    lot: number,
    quantity: number,
    cost: number,
    proceeds: number,
    day: number,
    record: number,
  ): void {
    const at = this.closed.next();
    const { cells } = this.closed;
    cells[at + ClosedLot.position] = position;
    cells[at + ClosedLot.quantity] = quantity;
    cells[at + ClosedLot.cost] = cost;
    cells[at + ClosedLot.proceeds] = proceeds;
    cells[at + ClosedLot.openedDay] = this.table.get(lot, Lot.day);
    cells[at + ClosedLot.closedDay] = day;
    cells[at + ClosedLot.opened] = this.table.get(lot, Lot.record);
    cells[at + ClosedLot.closed] = record;
  }
}
