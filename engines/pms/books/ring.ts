import type { StateReader, StateWriter } from '@nautilus/core/journal';
import { type Columns, type Row, rowAt, widened } from './table';

/** The newest rows of a list without an end, written round and round. Rows are numbered from 0 on. */
export class Ring<C extends Columns> {
  /** Another array after `next`. */
  cells: Float64Array;
  private readonly width: number;
  private total = 0;
  private capacity: number;

  /** @param kept a power of two */
  constructor(
    readonly columns: C,
    readonly kept: number,
  ) {
    this.width = Object.keys(columns).length;
    this.capacity = Math.min(1 << 10, kept);
    this.cells = new Float64Array(this.capacity * this.width);
  }

  /** Rows since the beginning. */
  get count(): number {
    return this.total;
  }

  /** Number of the oldest row that is kept. */
  get oldest(): number {
    return Math.max(0, this.total - this.kept);
  }

  /** Where a new row begins in `cells`: write all of it. */
  next(): number {
    if (this.total === this.capacity && this.capacity < this.kept) {
      this.capacity *= 2;
      this.cells = widened(this.cells, this.capacity * this.width);
    }
    return this.placeOf(this.total++);
  }

  /** Row number `row`, from `oldest` to `count` - 1. */
  row(row: number): Row<C> {
    return rowAt(this.columns, this.cells, this.placeOf(row));
  }

  save(state: StateWriter): void {
    state.value([this.total, this.capacity]);
    state.column(this.cells);
  }

  restore(state: StateReader): void {
    [this.total, this.capacity] = state.value() as [number, number];
    this.cells = new Float64Array(this.capacity * this.width);
    state.column(this.cells);
  }

  private placeOf(row: number): number {
    return (row & (this.capacity - 1)) * this.width;
  }
}
