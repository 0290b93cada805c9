/** Bytes of a part of a state: between two of them other work has its turn. */
export const PART_BYTES = 64 << 10;

const NOTHING = new Uint8Array();

/** Memory that a snapshot reads later: who wants to change it before calls `keep`. */
export class Lent {
  constructor(private memory: Uint8Array) {}

  /** As they were when they were lent; none when they are not needed any more. */
  get bytes(): Uint8Array {
    return this.memory;
  }

  /** The snapshot gets a copy, unless it has read the bytes. */
  keep(): void {
    this.memory = this.memory.slice();
  }

  release(): void {
    this.memory = NOTHING;
  }
}

/** Takes the bytes of a state, one piece after the other. */
export class SnapshotSink {
  private readonly pieces: Lent[] = [];
  /** What was written last, and how much of it is used. */
  private filling = NOTHING;
  private filled = 0;
  private total = 0;

  /** Bytes so far. */
  get length(): number {
    return this.total;
  }

  /** Copies. */
  write(bytes: Uint8Array): void {
    if (this.filled + bytes.length > this.filling.length) {
      this.closePiece();
      this.filling = new Uint8Array(Math.max(PART_BYTES, bytes.length));
    }
    this.filling.set(bytes, this.filled);
    this.filled += bytes.length;
    this.total += bytes.length;
  }

  /** Takes memory as it is; nothing is copied unless it is to change before it is on the disk. */
  lend(bytes: Uint8Array): Lent {
    this.closePiece();
    this.total += bytes.length;
    const lent = new Lent(bytes);
    this.pieces.push(lent);
    return lent;
  }

  /** The state in parts of PART_BYTES, the last as long as it is; each is valid until the next. Afterwards it has none. */
  *parts(): Generator<Uint8Array> {
    this.closePiece();
    const part = new Uint8Array(PART_BYTES);
    let end = 0;
    for (const piece of this.pieces) {
      for (let from = 0; from < piece.bytes.length; ) {
        const length = Math.min(piece.bytes.length - from, PART_BYTES - end);
        part.set(piece.bytes.subarray(from, from + length), end);
        from += length;
        end += length;
        if (end < PART_BYTES) break;
        yield part;
        end = 0;
      }
      piece.release();
    }
    if (end > 0) yield part.subarray(0, end);
  }

  /** Gives back what is lent still. */
  release(): void {
    for (const piece of this.pieces) piece.release();
  }

  private closePiece(): void {
    if (this.filled > 0) this.pieces.push(new Lent(this.filling.subarray(0, this.filled)));
    this.filling = this.filling.subarray(this.filled);
    this.filled = 0;
  }
}
