import type { StateReader, StateWriter } from '@nautilus/core/journal';
import { bytes, doubles, integers } from './lasting';

/** Fills as columns of typed arrays; the n-th fill of the journal is execution n. */
const BITS = 12;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

class ExecutionChunk {
  readonly orderId = doubles(SIZE);
  readonly childId = doubles(SIZE);
  readonly timeNs = doubles(SIZE);
  /** Wall clock, milliseconds since 1970. */
  readonly at = doubles(SIZE);
  /** Journal record that holds the fill. */
  readonly record = doubles(SIZE);
  /** 1e-4 of the currency; negative is a rebate. */
  readonly fee = doubles(SIZE);
  readonly price = integers(SIZE);
  readonly quantity = integers(SIZE);
  readonly maker = bytes(SIZE);
  readonly venue = bytes(SIZE);
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

  /** Shares that a venue's order has traded. Looks at every fill: not for the order path. */
  filledOf(childId: number): number {
    let sum = 0;
    for (let index = 0; index < this.rows; index++) {
      const chunk = this.chunkOf(index);
      if (chunk.childId[index & MASK] === childId) sum += chunk.quantity[index & MASK] as number;
    }
    return sum;
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
