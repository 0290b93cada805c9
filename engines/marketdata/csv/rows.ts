import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { toPriceUnits } from '@nautilus/core/domain';
import { CsvError, parse } from 'csv-parse';
import { isCompressed, unreadable } from '../feeds/byte-source';
import { FeedError } from '../feeds/errors';

const MOST = 0x7fffffff;
const time = /^(?:(\d{4}-\d\d-\d\d)[T ])?(?:(\d\d):([0-5]\d):([0-5]\d)|(\d{1,6}))(?:\.(\d{1,9}))?$/;

/** A line, by the expected names of its columns. */
export interface Row {
  readonly line: number;
  readonly timeNs: number;
  readonly symbol: string;
  price(column: string): number;
  /** Shares, 0 to 2^31 − 1. */
  shares(column: string): number;
  text(column: string): string;
}

export interface RowOptions {
  /** Expected columns, and those that may be missing. */
  readonly columns: readonly string[];
  readonly optional?: readonly string[];
  /** Names in the file, where they are other than the expected ones. */
  readonly names: Readonly<Record<string, string>>;
  /** The day that a date before a time must be. */
  readonly session: string;
  /** Called for each line that is refused; throws where it is not to be left out. */
  readonly refused: (error: FeedError) => void;
}

/**
 * Calls `take` for each line of a file, .csv or .csv.gz, whose first line has the names of the columns (RFC 4180).
 *
 * @throws FeedError NAUT_FEED_FILE_UNREADABLE, NAUT_FEED_FILE_DAMAGED, NAUT_FEED_COLUMN_MISSING, NAUT_FEED_LINE_MALFORMED
 */
export async function readRows(file: string, options: RowOptions, take: (row: Row) => void): Promise<void> {
  let head: readonly string[] | undefined;
  const places = new Map<string, number>();
  const line = (fields: readonly string[], number: number) => {
    const field = (column: string): string => fields[places.get(column) ?? -1] ?? '';
    const refuse = (column: string, allowed: string): never => {
      throw malformed(file, number, column, field(column), allowed);
    };
    if (fields.length !== head!.length)
      throw malformed(file, number, 'line', fields.join(','), `${head!.length} fields`);
    take({
      line: number,
      timeNs:
        timeOf(field('time'), options.session) ??
        refuse('time', `seconds after midnight or HH:MM:SS, of ${options.session}`),
      symbol: field('symbol'),
      text: field,
      price: (column) => priceOf(field(column)) ?? refuse(column, 'above 0, with at most four decimals'),
      shares: (column) => sharesOf(field(column)) ?? refuse(column, `a whole number up to ${MOST}`),
    });
  };
  const title = (record: readonly string[]) => {
    for (const column of [...options.columns, ...(options.optional ?? [])]) {
      const place = record.indexOf(options.names[column] ?? column);
      if (place >= 0) places.set(column, place);
      else if (options.columns.includes(column)) throw missing(file, options.names[column] ?? column, record);
    }
    head = record;
  };
  // What stopped the reading: the pipeline may tell what it led to instead.
  let stopped: unknown;
  const takeAll = async (records: AsyncIterable<{ record: string[]; info: { lines: number } }>) => {
    for await (const { record, info } of records)
      try {
        if (head === undefined) title(record);
        else line(record, info.lines);
      } catch (error) {
        stopped = error;
        if (head === undefined || !(error instanceof FeedError)) throw error;
        options.refused(error);
        stopped = undefined;
      }
  };
  const rows = parse({ bom: true, info: true, trim: true, relax_column_count: true, skip_empty_lines: true });
  try {
    const compressed = isCompressed(file);
    const bytes = createReadStream(file);
    if (compressed) await pipeline(bytes, createGunzip(), rows, takeAll);
    else await pipeline(bytes, rows, takeAll);
  } catch (error) {
    if (stopped !== undefined) throw stopped;
    if (error instanceof CsvError) throw malformed(file, error.lines as number, 'line', error.message, 'RFC 4180');
    throw unreadable(file, error);
  }
}

/** Nanoseconds after midnight. */
function timeOf(text: string, session: string): number | undefined {
  const parts = time.exec(text);
  if (parts === null) return undefined;
  const [, day, hours, minutes, clock, seconds, fraction = ''] = parts;
  if (day !== undefined && day !== session) return undefined;
  const whole = seconds === undefined ? Number(hours) * 3600 + Number(minutes) * 60 + Number(clock) : Number(seconds);
  return whole > 172_800 ? undefined : whole * 1e9 + Number(fraction.padEnd(9, '0'));
}

function priceOf(text: string): number | undefined {
  const units = /^\d+(\.\d+)?$/.test(text) ? toPriceUnits(Number(text)) : undefined;
  return units !== undefined && units > 0 ? units : undefined;
}

function sharesOf(text: string): number | undefined {
  const shares = /^\d{1,10}$/.test(text) ? Number(text) : MOST + 1;
  return shares <= MOST ? shares : undefined;
}

const missing = (file: string, column: string, head: readonly string[]): FeedError =>
  new FeedError({
    code: 'NAUT_FEED_COLUMN_MISSING',
    message: `${file} has no column ${column}`,
    value: head.join(','),
    allowed: column,
    fix: 'name the column that is meant in `columns` of the feed',
  });

export const malformed = (file: string, line: number, column: string, value: string, allowed: string): FeedError =>
  new FeedError({
    code: 'NAUT_FEED_LINE_MALFORMED',
    message: `${file}:${line}: ${column} is "${value.slice(0, 80)}"`,
    value,
    allowed,
    fix: 'correct the line, or leave out bad lines with skip: true',
  });
