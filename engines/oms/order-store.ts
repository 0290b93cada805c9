import type { Lent, StateReader, StateWriter } from '@nautilus/core/journal';

/** Orders as columns of typed arrays, in chunks: adding one allocates nothing until a chunk is full. */
const BITS = 12;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

/** One column each; a row is `index & MASK`. */
class OrderChunk {
  readonly clientOrderId = new Float64Array(SIZE);
  readonly entrySequence = new Float64Array(SIZE);
  readonly startNs = new Float64Array(SIZE);
  readonly endNs = new Float64Array(SIZE);
  /** Market time of the order's entry. */
  readonly timeNs = new Float64Array(SIZE);
  /** Wall clock of the first and the last record about the order, milliseconds since 1970. */
  readonly createdAt = new Float64Array(SIZE);
  readonly updatedAt = new Float64Array(SIZE);
  /** Sum of price × quantity over the fills. */
  readonly notional = new Float64Array(SIZE);
  readonly account = new Int32Array(SIZE);
  readonly instrument = new Int32Array(SIZE);
  /** Terms as they were entered. */
  readonly enteredQuantity = new Int32Array(SIZE);
  readonly enteredPrice = new Int32Array(SIZE);
  /** Total, and limit price in price units, as they are now. */
  readonly quantity = new Int32Array(SIZE);
  readonly limitPrice = new Int32Array(SIZE);
  readonly slices = new Int32Array(SIZE);
  readonly filled = new Int32Array(SIZE);
  /** Terms last asked for by a replace. */
  readonly pendingQuantity = new Int32Array(SIZE);
  readonly pendingPrice = new Int32Array(SIZE);
  /** Quantity that still counts against limits. */
  readonly reserved = new Int32Array(SIZE);
  readonly reason = new Int32Array(SIZE);
  readonly status = new Uint8Array(SIZE);
  readonly side = new Uint8Array(SIZE);
  readonly type = new Uint8Array(SIZE);
  readonly timeInForce = new Uint8Array(SIZE);
  readonly algorithm = new Uint8Array(SIZE);
  readonly source = new Uint8Array(SIZE);

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
