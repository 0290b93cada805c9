/** Rows of one table as PostgreSQL's COPY takes them. */
export interface CopyBatch {
  readonly rows: number;
  /** The whole stream in pieces, header and trailer included. */
  readonly pieces: readonly Uint8Array[];
  /** Days since 1970 (UTC) that the rows are of; of a table without time: none. */
  readonly days: readonly number[];
}

/** `PGCOPY\n\xff\r\n\0`, no flags, no extension. */
const HEADER = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const TRAILER_BYTES = 2;
const PIECE_BYTES = 1 << 16;
/** Widest row without its texts, which are checked by themselves. */
const ROW_BYTES = 1024;
const WORD = 2 ** 32;
/** PostgreSQL counts from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
/** Of a numeric's digits: a price unit is one of them. */
const BASE = 10_000;

/**
 * Writes rows in the binary format of COPY (PostgreSQL documentation, COPY, "Binary Format"; numeric as `numeric_recv`
 * reads it): integers and times need no parsing on the other side. Columns are written in the order of the COPY
 * statement.
 */
export class CopyRows {
  private bytes = Buffer.allocUnsafeSlow(PIECE_BYTES);
  /** Those that are full. */
  private pieces: Uint8Array[] = [];
  private used = 0;
  private count = 0;
  private readonly days = new Set<number>();
  /** Texts that come again and again: names of accounts, symbols, sides. */
  private readonly texts = new Map<string, Buffer>();

  /** @param columns of each row */
  constructor(private readonly columns: number) {}

  get rows(): number {
    return this.count;
  }

  begin(): void {
    if (this.count === 0) this.used = HEADER.copy(this.bytes);
    this.room(ROW_BYTES);
    this.count++;
    this.used = this.bytes.writeInt16BE(this.columns, this.used);
  }

  null(): void {
    this.used = this.bytes.writeInt32BE(-1, this.used);
  }

  integer(value: number): void {
    this.used = this.bytes.writeInt32BE(4, this.used);
    this.used = this.bytes.writeInt32BE(value, this.used);
  }

  /** An integer up to ±2^53. */
  bigint(value: number): void {
    this.used = this.bytes.writeInt32BE(8, this.used);
    this.long(value);
  }

  /** A double as it is. */
  double(value: number): void {
    this.used = this.bytes.writeInt32BE(8, this.used);
    this.used = this.bytes.writeDoubleBE(value, this.used);
  }

  /** A text of a few that there are. */
  name(text: string): void {
    let bytes = this.texts.get(text);
    if (bytes === undefined) this.texts.set(text, (bytes = Buffer.from(text)));
    this.room(ROW_BYTES + bytes.length);
    this.used = this.bytes.writeInt32BE(bytes.length, this.used);
    this.used += bytes.copy(this.bytes, this.used);
  }

  text(text: string): void {
    this.room(ROW_BYTES + 4 * text.length);
    const length = this.bytes.write(text, this.used + 4);
    this.bytes.writeInt32BE(length, this.used);
    this.used += 4 + length;
  }

  /** A moment of wall-clock time, milliseconds since 1970. Of the column that the table is divided by: `divides`. */
  time(ms: number, divides = false): void {
    if (divides) this.days.add(Math.floor(ms / DAY_MS));
    this.used = this.bytes.writeInt32BE(8, this.used);
    this.long((ms - EPOCH_MS) * 1000);
  }

  /** A day, counted from 1970. Of the column that the table is divided by: `divides`. */
  date(day: number, divides = false): void {
    if (divides) this.days.add(day);
    this.integer(day - EPOCH_MS / DAY_MS);
  }

  /** Price units, or money in them: a numeric with four decimals. */
  money(units: number): void {
    this.numeric(units, 1);
  }

  /** An integer number of 1e-8: a numeric with eight decimals. */
  eighths(units: number): void {
    this.numeric(units, 2);
  }

  /** The rows so far; undefined when there are none. They begin anew. */
  take(): CopyBatch | undefined {
    if (this.count === 0) return undefined;
    this.room(TRAILER_BYTES);
    this.used = this.bytes.writeInt16BE(-1, this.used);
    this.finishPiece(PIECE_BYTES);
    const batch = { rows: this.count, pieces: this.pieces, days: [...this.days] };
    this.count = 0;
    this.pieces = [];
    this.days.clear();
    return batch;
  }

  private long(value: number): void {
    this.used = this.bytes.writeInt32BE(Math.floor(value / WORD), this.used);
    this.used = this.bytes.writeInt32BE(value | 0, this.used);
  }

  /** Digits of base 10,000, `fraction` of them behind the point. */
  private numeric(value: number, fraction: number): void {
    const start = this.used;
    let rest = Math.abs(value);
    let digits = fraction;
    for (let whole = Math.floor(rest / BASE ** fraction); whole > 0; whole = Math.floor(whole / BASE)) digits++;
    const end = start + 12 + 2 * digits;
    this.bytes.writeInt32BE(8 + 2 * digits, start);
    this.bytes.writeInt16BE(digits, start + 4);
    this.bytes.writeInt16BE(digits - fraction - 1, start + 6);
    this.bytes.writeUInt16BE(value < 0 ? 0x4000 : 0, start + 8);
    this.bytes.writeInt16BE(4 * fraction, start + 10);
    for (let at = end - 2; at >= start + 12; at -= 2) {
      this.bytes.writeInt16BE(rest % BASE, at);
      rest = Math.floor(rest / BASE);
    }
    this.used = end;
  }

  private room(bytes: number): void {
    if (this.used + bytes > this.bytes.length) this.finishPiece(Math.max(PIECE_BYTES, bytes));
  }

  private finishPiece(nextBytes: number): void {
    this.pieces.push(this.bytes.subarray(0, this.used));
    this.bytes = Buffer.allocUnsafeSlow(nextBytes);
    this.used = 0;
  }
}
