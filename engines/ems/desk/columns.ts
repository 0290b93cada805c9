/**
 * Rows of numbers, read by column: `of.price[row]`. The numbers of a row follow each other in memory, so what an order touches are a few
 * lines of the cache, one after the other; with an array a column each of dozens of columns would be a line of its own. A row is the place
 * of its first number, a multiple of `width`. Rows are taken and given back; there is twice the room when they are full.
 */
export class Columns<const N extends string> {
  readonly of: { [K in N]: Float64Array };
  readonly width: number;
  private readonly zeros: Float64Array;
  private all: Float64Array;
  private free: Int32Array;
  private freeCount = 0;
  /** Where the rows that were ever taken end. */
  private used = 0;

  constructor(
    private readonly names: readonly N[],
    capacity = 256,
  ) {
    this.width = names.length;
    this.zeros = new Float64Array(this.width);
    this.all = new Float64Array(capacity * this.width);
    this.free = new Int32Array(capacity);
    // Made at once: V8 turns an object into a hash table when it gets dozens of properties one by one under computed names.
    this.of = Object.fromEntries(names.map((name, place) => [name, this.all.subarray(place)])) as typeof this.of;
  }

  /** Rows in use. */
  get size(): number {
    return this.used / this.width - this.freeCount;
  }

  /** A row of zeros. */
  take(): number {
    if (this.freeCount > 0) {
      const row = this.free[--this.freeCount]!;
      this.all.set(this.zeros, row);
      return row;
    }
    if (this.used === this.all.length) this.grow();
    const row = this.used;
    this.used += this.width;
    return row;
  }

  release(row: number): void {
    this.free[this.freeCount++] = row;
  }

  private grow(): void {
    const { all, free } = this;
    this.all = new Float64Array(all.length * 2);
    this.all.set(all);
    this.free = new Int32Array(free.length * 2);
    this.free.set(free);
    this.names.forEach((name, place) => {
      this.of[name] = this.all.subarray(place);
    });
  }
}
