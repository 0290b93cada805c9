import { JournalError } from './errors';
import type { Lent, SnapshotSink } from './snapshot-sink';

type Column = Float64Array | Int32Array | Uint8Array;

const bytesOf = (column: Column): Uint8Array => new Uint8Array(column.buffer, column.byteOffset, column.byteLength);

/** A state as a sequence of values and columns, which `StateReader` reads in the same order. Begins with the name of its layout. */
export class StateWriter {
  private readonly size = new Float64Array(1);

  constructor(
    private readonly sink: SnapshotSink,
    layout: string,
  ) {
    this.value(layout);
  }

  /** Anything that JSON can say: small things, numbers exactly. */
  value(value: unknown): void {
    const text = Buffer.from(JSON.stringify(value));
    this.size[0] = text.length;
    this.sink.write(bytesOf(this.size));
    this.sink.write(text);
  }

  /** The numbers of a column as they are. */
  readonly column = (column: Column): void => this.sink.write(bytesOf(column));

  /** The same without a copy: see `SnapshotSink.lend`. */
  readonly lend = (column: Column): Lent => this.sink.lend(bytesOf(column));
}

export class StateReader {
  private at = 0;

  /** @throws JournalError NAUT_JOURNAL_STATE when another layout was written */
  constructor(
    private readonly state: Uint8Array,
    private readonly layout: string,
  ) {
    const found = this.value();
    if (found !== layout) throw this.foreign(String(found));
  }

  value(): unknown {
    const size = new Float64Array(1);
    this.column(size);
    return JSON.parse(Buffer.from(this.take(size[0] as number)).toString());
  }

  /** Fills a column of the same length. */
  readonly column = (column: Column): void => bytesOf(column).set(this.take(column.byteLength));

  private take(bytes: number): Uint8Array {
    const from = this.at;
    if (!(bytes >= 0 && from + bytes <= this.state.length)) throw this.foreign('something else');
    this.at += bytes;
    return this.state.subarray(from, this.at);
  }

  private foreign(found: string): JournalError {
    return new JournalError({
      code: 'NAUT_JOURNAL_STATE',
      message: `the newest snapshot holds ${found}; this program reads ${this.layout}`,
      fix: 'start the release that wrote it; or, where the first segment is still there, move the snapshots out of the data directory: all records are read instead',
    });
  }
}
