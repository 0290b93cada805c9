import type { Bytes } from '../feeds/byte-source';
import { FeedError } from '../feeds/errors';
import { type FeedCounts, noCounts } from '../feeds/feed';

const EMPTY = new Uint8Array(0);

/** What messages stand in, one after the other. */
export interface MessageSource {
  /** Where the message of the last `next` stands. */
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly length: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** When what was read last came, nanoseconds after the first; NaN where nobody knows. */
  readonly arrivedNs: number;
  /** Messages are missing: what was told does not make the market's books. */
  readonly stale: boolean;
  /** When that began, as `arrivedNs`. */
  readonly staleSinceNs: number;
  readonly counts: Pick<FeedCounts, 'skipped' | 'duplicates' | 'reordered' | 'gaps' | 'recovered'>;
  /**
   * Goes to the next message. `later` when its bytes are not there yet, `end` after the last, `stale` when messages turn out to be missing.
   *
   * @throws FeedError what cannot be read
   */
  next(): 'message' | 'later' | 'end' | 'stale';
  close(): void;
}

/** The messages of a file in NASDAQ's BinaryFILE framing: each after its length, two bytes, big-endian; a length of 0 ends the file. */
export class FramedMessages implements MessageSource {
  bytes: Uint8Array = EMPTY;
  at = 0;
  length = 0;
  readonly arrivedNs = Number.NaN;
  readonly stale = false;
  readonly staleSinceNs = 0;
  readonly counts = noCounts;
  /** Of `bytes` in the file. */
  private base = 0;
  /** First byte that was not taken. */
  private from = 0;
  private done = false;

  constructor(private readonly source: Bytes) {}

  get offset(): number {
    return this.base + this.at;
  }

  next(): 'message' | 'later' | 'end' {
    for (;;) {
      if (this.done) return 'end';
      const { bytes, from } = this;
      const left = bytes.length - from;
      if (left >= 2) {
        const length = (bytes[from]! << 8) | bytes[from + 1]!;
        if (length === 0) this.done = true;
        else if (left >= length + 2) {
          this.at = from + 2;
          this.length = length;
          this.from = this.at + length;
          return 'message';
        }
      }
      if (!this.done && !this.more()) return 'later';
    }
  }

  close(): void {
    this.source.close();
  }

  /** Takes another piece of the file. False when it is not there yet. */
  private more(): boolean {
    const piece = this.source.next();
    if (piece === undefined) {
      if (!this.source.ended) return false;
      this.done = true;
      if (this.from < this.bytes.length) throw torn(this.source.file, this.base + this.from);
      return true;
    }
    const rest = this.bytes.subarray(this.from);
    this.base += this.from;
    this.from = 0;
    if (rest.length === 0) this.bytes = piece;
    else {
      this.bytes = new Uint8Array(rest.length + piece.length);
      this.bytes.set(rest);
      this.bytes.set(piece, rest.length);
    }
    return true;
  }
}

const torn = (file: string, offset: number): FeedError =>
  new FeedError({
    code: 'NAUT_FEED_MESSAGE_TORN',
    message: `${file} ends within the message at byte ${offset}`,
    value: String(offset),
    allowed: 'whole messages, each after its length',
    fix: 'copy the file again, or leave out such messages with skip: true',
  });
