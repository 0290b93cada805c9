import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isCompressed } from '../feeds/byte-source';
import { type BadLine, badLineError, LobsterError } from './errors';
import { EventColumns } from './event-columns';
import { Field, LineParser, LobsterType, lobsterFields } from './line-parser';
import { OrderHistory, type UnseenOrder } from './order-history';

const NEWLINE = 10;
const RETURN = 13;
/** Bad lines that are kept with their text; the others are only counted. */
const LISTED = 100;

export interface LoadOptions {
  /** Leave out bad lines instead of refusing the file. @default false */
  readonly skipBadLines?: boolean;
}

/** One message file, ready to be replayed. */
export interface LobsterSession {
  readonly file: string;
  readonly events: EventColumns;
  readonly unseen: readonly UnseenOrder[];
  /** Lines that were left out, and the first hundred of them. */
  readonly skipped: number;
  readonly badLines: readonly BadLine[];
  /** Largest number of price units that divides the price of every order. */
  readonly increment: number;
  /** Most orders that rest at a time, at most. */
  readonly mostOrders: number;
}

function divisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** Takes the bytes of a message file in pieces of any size. */
export class LobsterReader {
  readonly events = new EventColumns();
  readonly badLines: BadLine[] = [];
  skipped = 0;
  private readonly parser = new LineParser();
  private readonly history = new OrderHistory(this.events);
  /** Start of a line whose end has not come yet. */
  private rest: Uint8Array = new Uint8Array(0);
  private line = 0;
  private lastNs = 0;
  private increment = 0;

  constructor(
    private readonly file: string,
    private readonly skipBadLines = false,
  ) {}

  push(chunk: Uint8Array): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.takeLine(bytes, start, end);
      start = end + 1;
    }
    this.rest = bytes.subarray(start);
  }

  /** After the last piece. @throws LobsterError NAUT_FEED_FILE_EMPTY */
  finish(): LobsterSession {
    if (this.rest.length > 0) this.takeLine(this.rest, 0, this.rest.length);
    if (this.events.count === 0)
      throw new LobsterError({
        code: 'NAUT_FEED_FILE_EMPTY',
        message: `${this.file} has no event${this.skipped > 0 ? `: all ${this.skipped} lines were left out` : ''}`,
        value: `${this.skipped} bad lines`,
        allowed: 'lines of time,type,order id,size,price,direction',
        fix: 'name a LOBSTER message file (…_message_….csv or .csv.gz)',
      });
    const unseen = this.history.unseenOrders();
    for (const { price } of unseen) this.increment = divisor(price, this.increment);
    return {
      file: this.file,
      events: this.events,
      unseen,
      skipped: this.skipped,
      badLines: this.badLines,
      increment: this.increment || 1,
      mostOrders: this.history.mostOrders(),
    };
  }

  private takeLine(bytes: Uint8Array, start: number, end: number): void {
    this.line++;
    if (end > start && bytes[end - 1] === RETURN) end--;
    const { parser, events } = this;
    if (!parser.parse(bytes, start, end)) {
      this.refuse(bytes, start, end, parser.badField, lobsterFields[parser.badField]!.allowed);
      return;
    }
    const { timeNs, type, orderId, size, price, side } = parser;
    if (timeNs < this.lastNs) {
      this.refuse(bytes, start, end, Field.time, `not before the event above it, ${this.lastNs / 1e9}`);
      return;
    }
    const contradiction = this.history.follow(events.count, type, orderId, size, price, side);
    if (contradiction) {
      this.refuse(bytes, start, end, contradiction.field, contradiction.allowed);
      return;
    }
    this.lastNs = timeNs;
    if (type === LobsterType.add && this.increment !== 1) this.increment = divisor(price, this.increment);
    events.add(timeNs, type, orderId, size, price, side);
  }

  private refuse(bytes: Uint8Array, start: number, end: number, field: number, allowed: string): void {
    const from = field === Field.line ? start : this.parser.starts[field]!;
    const comma = bytes.indexOf(44, from);
    const to = field === Field.line || comma < 0 || comma > end ? end : comma;
    const bad: BadLine = {
      line: this.line,
      column: from - start + 1,
      field: lobsterFields[field]!.name,
      value: Buffer.from(bytes.subarray(from, Math.min(to, from + 80))).toString('latin1'),
      allowed,
    };
    if (!this.skipBadLines) throw badLineError(this.file, bad);
    this.skipped++;
    if (this.badLines.length < LISTED) this.badLines.push(bad);
  }
}

const code = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? '');

function unreadable(file: string, cause: unknown): LobsterError {
  return code(cause).startsWith('Z_')
    ? new LobsterError({
        code: 'NAUT_FEED_FILE_DAMAGED',
        message: `${file} cannot be decompressed: ${(cause as Error).message}`,
        value: code(cause),
        allowed: 'a whole gzip file',
        fix: 'copy the file again',
        cause,
      })
    : new LobsterError({
        code: 'NAUT_FEED_FILE_UNREADABLE',
        message: `cannot read the market data ${file}: ${(cause as Error).message}`,
        value: file,
        allowed: 'a LOBSTER message file, .csv or .csv.gz, that this user may read',
        fix: 'correct the path',
        cause,
      });
}

/**
 * Reads a LOBSTER message file, plain or gzip, as a stream.
 * @throws LobsterError the first bad line (unless they are skipped), or why the file cannot be read
 */
export async function loadLobster(file: string, options: LoadOptions = {}): Promise<LobsterSession> {
  const reader = new LobsterReader(file, options.skipBadLines);
  const take = async (source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of source) reader.push(chunk);
  };
  try {
    const compressed = isCompressed(file);
    const bytes = createReadStream(file, { highWaterMark: 1 << 18 });
    if (compressed) await pipeline(bytes, createGunzip({ chunkSize: 1 << 18 }), take);
    else await pipeline(bytes, take);
  } catch (error) {
    throw error instanceof LobsterError ? error : unreadable(file, error);
  }
  return reader.finish();
}
