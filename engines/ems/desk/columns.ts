type Column = Float64Array | Int32Array | Uint8Array;
type Kind = 'f64' | 'i32' | 'u8';
type ColumnOf<K extends Kind> = K extends 'f64' ? Float64Array : K extends 'i32' ? Int32Array : Uint8Array;

const make = (kind: Kind, size: number): Column =>
  kind === 'f64' ? new Float64Array(size) : kind === 'i32' ? new Int32Array(size) : new Uint8Array(size);

/** Rows as a struct of arrays: one typed array a field, slots taken and given back, all arrays doubled when they are full. */
export class Columns<const F extends Readonly<Record<string, Kind>>> {
  readonly of: { [N in keyof F]: ColumnOf<F[N]> };
  private free: Int32Array;
  private freeCount = 0;
  private capacity: number;
  /** Slots that were ever taken. */
  private used = 0;

  constructor(
    private readonly fields: F,
    capacity = 256,
  ) {
    this.capacity = capacity;
    this.free = new Int32Array(capacity);
    this.of = {} as { [N in keyof F]: ColumnOf<F[N]> };
    for (const name in fields) this.of[name] = make(fields[name]!, capacity) as ColumnOf<F[typeof name]>;
  }

  /** Slots in use. */
  get size(): number {
    return this.used - this.freeCount;
  }

  /** A slot whose fields are all 0. */
  take(): number {
    if (this.freeCount === 0) {
      if (this.used === this.capacity) this.grow();
      return this.used++;
    }
    const slot = this.free[--this.freeCount]!;
    for (const name in this.fields) this.of[name][slot] = 0;
    return slot;
  }

  release(slot: number): void {
    this.free[this.freeCount++] = slot;
  }

  private grow(): void {
    this.capacity *= 2;
    for (const name in this.fields) {
      const column = make(this.fields[name]!, this.capacity);
      column.set(this.of[name]);
      this.of[name] = column as ColumnOf<F[typeof name]>;
    }
    const free = new Int32Array(this.capacity);
    free.set(this.free);
    this.free = free;
  }
}
