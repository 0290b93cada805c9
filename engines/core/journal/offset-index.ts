/** Bytes of the file between two entries. */
const STEP_BYTES = 64 << 10;

/** Where some records begin: one every 64 KiB, so that reading can start anywhere at the price of a short scan. */
export class OffsetIndex {
  private records = new Float64Array(64);
  private offsets = new Float64Array(64);
  private count = 0;

  /** Tells the index of a record; records come in order. */
  note(record: number, offset: number): void {
    if (this.count > 0 && offset - (this.offsets[this.count - 1] as number) < STEP_BYTES) return;
    if (this.count === this.records.length) this.grow();
    this.records[this.count] = record;
    this.offsets[this.count] = offset;
    this.count++;
  }

  clear(): void {
    this.count = 0;
  }

  /** The last entry at or before a record, or undefined for an empty index. */
  before(record: number): { record: number; offset: number } | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle] as number) <= record) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    return { record: this.records[low - 1] as number, offset: this.offsets[low - 1] as number };
  }

  private grow(): void {
    const { records, offsets } = this;
    this.records = new Float64Array(records.length * 2);
    this.offsets = new Float64Array(offsets.length * 2);
    this.records.set(records);
    this.offsets.set(offsets);
  }
}
