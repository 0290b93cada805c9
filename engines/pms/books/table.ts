import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { StateHash } from '@nautilus/core/matching';

const WORD = 2 ** 32;

/** Mixes a number into a fingerprint. */
export function addNumber(hash: StateHash, value: number): void {
  hash.add(Math.floor(value / WORD));
  hash.add(value % WORD);
}

/** Mixes a text into a fingerprint. */
export function addText(hash: StateHash, text: string): void {
  hash.add(text.length);
  for (let at = 0; at < text.length; at++) hash.add(text.charCodeAt(at));
}

/** As `length` numbers at least, with what is in it. */
export function widened(column: Float64Array, length: number): Float64Array {
  if (length <= column.length) return column;
  const wider = new Float64Array(Math.max(length, column.length * 2));
  wider.set(column);
  return wider;
}

/** Names of columns, each with its place in a row: 0, 1, 2 … */
export type Columns = Readonly<Record<string, number>>;

/** A row by the names of its columns. */
export type Row<C extends Columns> = Record<keyof C, number>;

export const rowAt = <C extends Columns>(columns: C, cells: Float64Array, at: number): Row<C> =>
  Object.fromEntries(Object.entries(columns).map(([name, place]) => [name, cells[at + place]])) as Row<C>;

/** Rows of numbers, each together in memory: what is done to one waits for a line or two of it. Grows by doubling; a row costs no object. */
export class Table<C extends Columns> {
  /** Row `row` begins at `row * width`. Another array after a row was added. */
  cells: Float64Array;
  readonly width: number;
  private rows = 0;

  constructor(
    readonly columns: C,
    capacity = 64,
  ) {
    this.width = Object.keys(columns).length;
    this.cells = new Float64Array(capacity * this.width);
  }

  get count(): number {
    return this.rows;
  }

  /** A row of zeros. */
  add(): number {
    this.cells = widened(this.cells, (this.rows + 1) * this.width);
    return this.rows++;
  }

  get(row: number, column: C[keyof C]): number {
    return this.cells[row * this.width + column] as number;
  }

  set(row: number, column: C[keyof C], value: number): void {
    this.cells[row * this.width + column] = value;
  }

  increase(row: number, column: C[keyof C], by: number): void {
    this.cells[row * this.width + column]! += by;
  }

  fill(column: C[keyof C], value: number): void {
    for (let at = column as number; at < this.rows * this.width; at += this.width) this.cells[at] = value;
  }

  row(row: number): Row<C> {
    return rowAt(this.columns, this.cells, row * this.width);
  }

  save(state: StateWriter): void {
    state.value(this.rows);
    state.column(this.written);
  }

  restore(state: StateReader): void {
    this.rows = state.value() as number;
    this.cells = widened(this.cells, this.rows * this.width);
    state.column(this.written);
  }

  addTo(hash: StateHash): void {
    hash.add(this.rows);
    for (const cell of this.written) addNumber(hash, cell);
  }

  private get written(): Float64Array {
    return this.cells.subarray(0, this.rows * this.width);
  }
}
