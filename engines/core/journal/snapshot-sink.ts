/** Takes the bytes of a state, one piece after the other. They are copied. */
export class SnapshotSink {
  private memory = new Uint8Array(1 << 16);
  private length = 0;

  write(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end > this.memory.length) {
      const larger = new Uint8Array(Math.max(end, this.memory.length * 2));
      larger.set(this.memory.subarray(0, this.length));
      this.memory = larger;
    }
    this.memory.set(bytes, this.length);
    this.length = end;
  }

  /** All of it. */
  get state(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }
}
