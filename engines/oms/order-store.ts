import type { Lent, StateReader, StateWriter } from '@nautilus/core/journal';
import { bytes, doubles, integers } from './lasting';

/** Orders as columns of typed arrays, in chunks: adding one allocates nothing until a chunk is full. */
const BITS = 12;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

/** Why an order is suspended: it goes when no bit is left. */
export const Hold = {
  /** The rest of its list is not there yet. */
  list: 1,
  /** Its primary has not traded, or all that it may do for now is done. */
  primary: 2,
  /** The market has not reached its stop price. */
  stop: 4,
  /** Its trader suspended it. */
  trader: 8,
} as const;

/** One column each; a row is `index & MASK`. */
export class OrderChunk {
  readonly clientOrderId = doubles(SIZE);
  readonly entrySequence = doubles(SIZE);
  readonly startNs = doubles(SIZE);
  readonly endNs = doubles(SIZE);
  /** λ of implementation shortfall. */
  readonly riskAversion = doubles(SIZE);
  /** Market time of the order's entry. */
  readonly timeNs = doubles(SIZE);
  /** Wall clock of the first and the last record about the order, milliseconds since 1970. */
  readonly createdAt = doubles(SIZE);
  readonly updatedAt = doubles(SIZE);
  /** Sum of price × quantity over the fills. */
  readonly notional = doubles(SIZE);
  /** Of linked orders, as their client numbered it; the order system's own numbers are negative. */
  readonly group = doubles(SIZE);
  /** Number of the care order that it is a child of; 0: none. */
  readonly parent = doubles(SIZE);
  readonly account = integers(SIZE);
  readonly instrument = integers(SIZE);
  /** Terms as they were entered. */
  readonly enteredQuantity = integers(SIZE);
  readonly enteredPrice = integers(SIZE);
  readonly enteredStop = integers(SIZE);
  /** Total, and limit price in price units, as they are now. */
  readonly quantity = integers(SIZE);
  readonly limitPrice = integers(SIZE);
  readonly stopPrice = integers(SIZE);
  /** Total that the client wants; `quantity` is smaller where the orders that it is linked with take from it. */
  readonly wanted = integers(SIZE);
  /** What linked orders have traded in its place. */
  readonly taken = integers(SIZE);
  readonly slices = integers(SIZE);
  readonly displayQuantity = integers(SIZE);
  /** Of the market's volume, basis points. */
  readonly participation = integers(SIZE);
  readonly strategy = integers(SIZE);
  readonly session = integers(SIZE);
  readonly filled = integers(SIZE);
  /** Terms last asked for by a replace. */
  readonly pendingQuantity = integers(SIZE);
  readonly pendingPrice = integers(SIZE);
  /** Quantity that still counts against limits; of a child against its parent. */
  readonly reserved = integers(SIZE);
  /** Of a care order: what its children may still trade. */
  readonly childOpen = integers(SIZE);
  readonly reason = integers(SIZE);
  readonly status = bytes(SIZE);
  readonly side = bytes(SIZE);
  readonly type = bytes(SIZE);
  readonly timeInForce = bytes(SIZE);
  readonly algorithm = bytes(SIZE);
  readonly source = bytes(SIZE);
  readonly contingency = bytes(SIZE);
  /** Hold: why it is, or is about to be, suspended. */
  readonly hold = bytes(SIZE);
  /** 1 once it was sent: from then on it is sent as one that goes to work again. */
  readonly sent = bytes(SIZE);

  /** All columns, in the order in which the state hash reads them. */
  columns(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return Object.values(this);
  }
}

/** Names and widths of the columns. */
export const orderColumns: readonly string[] = Object.entries(new OrderChunk()).map(
  ([name, column]) => `${name} ${column.BYTES_PER_ELEMENT}`,
);

export class OrderStore {
  private readonly chunks: OrderChunk[] = [];
  /** What a snapshot has of each chunk, until the chunk changes. */
  private readonly lent: (readonly Lent[] | undefined)[] = [];
  private rows = 0;

  /** Orders so far. Their numbers are 1 … count, an order's index is its number less one. */
  get count(): number {
    return this.rows;
  }

  /** Takes the next index; all columns are 0. */
  add(): number {
    if ((this.rows & MASK) === 0) this.addChunk();
    return this.rows++;
  }

  /** Index of an order number, or -1. */
  find(orderId: number): number {
    return Number.isInteger(orderId) && orderId >= 1 && orderId <= this.rows ? orderId - 1 : -1;
  }

  /** The chunk that holds an index; the row in it is `rowOf(index)`. */
  chunkOf(index: number): OrderChunk {
    return this.chunks[index >> BITS] as OrderChunk;
  }

  /** The same, to change what is in it: what a snapshot still needs is copied first. A row that was just added needs no such care. */
  changing(index: number): OrderChunk {
    const number = index >> BITS;
    if (this.lent[number] !== undefined) this.takeBack(number);
    return this.chunks[number] as OrderChunk;
  }

  /** Lends every row to a snapshot. */
  save(state: StateWriter): void {
    state.value(this.rows);
    for (const [number, chunk] of this.chunks.entries()) {
      this.takeBack(number);
      this.lent[number] = this.usedColumns(chunk, number).map(state.lend);
    }
  }

  /** Into an empty store. */
  restore(state: StateReader): void {
    this.rows = state.value() as number;
    for (let row = 0; row < this.rows; row += SIZE) this.addChunk();
    this.forEachColumn(state.column);
  }

  /** Calls back with each column's used part, chunk by chunk. */
  forEachColumn(visit: (column: Uint8Array) => void): void {
    for (const [number, chunk] of this.chunks.entries()) this.usedColumns(chunk, number).forEach(visit);
  }

  private usedColumns(chunk: OrderChunk, number: number): Uint8Array[] {
    const used = Math.min(SIZE, this.rows - (number << BITS));
    return chunk.columns().map((column) => new Uint8Array(column.buffer, 0, used * column.BYTES_PER_ELEMENT));
  }

  private takeBack(number: number): void {
    for (const column of this.lent[number] ?? []) column.keep();
    this.lent[number] = undefined;
  }

  private addChunk(): void {
    this.chunks.push(new OrderChunk());
    this.lent.push(undefined);
  }
}

export const rowOf = (index: number): number => index & MASK;
