import type { StateReader, StateWriter } from '@nautilus/core/journal';

/** Fills as columns of typed arrays; the n-th fill of the journal is execution n. */
const BITS = 12;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

class ExecutionChunk {
  readonly orderId = new Float64Array(SIZE);
  readonly childId = new Float64Array(SIZE);
  readonly timeNs = new Float64Array(SIZE);
  /** Wall clock, milliseconds since 1970. */
  readonly at = new Float64Array(SIZE);
  /** Journal record that holds the fill. */
  readonly record = new Float64Array(SIZE);
  readonly price = new Int32Array(SIZE);
  readonly quantity = new Int32Array(SIZE);
  readonly maker = new Uint8Array(SIZE);
}

/** Names and widths of the columns. */
export const executionColumns: readonly string[] = Object.entries(new ExecutionChunk()).map(
  ([name, column]) => `${name} ${column.BYTES_PER_ELEMENT}`,
);

export class ExecutionStore {
  private readonly chunks: ExecutionChunk[] = [];
  private rows = 0;

  get count(): number {
    return this.rows;
  }

  /** Takes the next index; the execution's number is the index plus one. */
  add(): number {
    if ((this.rows & MASK) === 0) this.chunks.push(new ExecutionChunk());
    return this.rows++;
  }

  chunkOf(index: number): ExecutionChunk {
    return this.chunks[index >> BITS] as ExecutionChunk;
  }

  /** Lends every row to a snapshot: none ever changes. */
  save(state: StateWriter): void {
    state.value(this.rows);
    this.forEachColumn(state.lend);
  }

  /** Into an empty store. */
  restore(state: StateReader): void {
    this.rows = state.value() as number;
    for (let row = 0; row < this.rows; row += SIZE) this.chunks.push(new ExecutionChunk());
    this.forEachColumn(state.column);
  }

  forEachColumn(visit: (column: Uint8Array) => void): void {
    this.chunks.forEach((chunk, number) => {
      const used = Math.min(SIZE, this.rows - (number << BITS));
      for (const column of Object.values(chunk) as (Float64Array | Int32Array | Uint8Array)[])
        visit(new Uint8Array(column.buffer, 0, used * column.BYTES_PER_ELEMENT));
    });
  }
}
