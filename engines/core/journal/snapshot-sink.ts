/** Bytes of a part of a state: between two of them other work has its turn. */
export const PART_BYTES = 64 << 10;

/** Takes the bytes of a state, one piece after the other. They are copied, into memory that never moves. */
export class SnapshotSink {
  /** The state in parts of PART_BYTES; the last may be shorter. */
  readonly parts: Uint8Array[] = [];
  private total = 0;

  write(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const at = this.total % PART_BYTES;
      if (at === 0) this.parts.push(new Uint8Array(PART_BYTES));
      const length = Math.min(PART_BYTES - at, bytes.length - from);
      (this.parts.at(-1) as Uint8Array).set(bytes.subarray(from, from + length), at);
      this.total += length;
      from += length;
    }
  }

  /** Bytes so far. */
  get length(): number {
    return this.total;
  }
}
