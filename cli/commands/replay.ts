import { closeSync, openSync } from 'node:fs';
import { NautilusError } from '@nautilus/config';
import { StateHash } from '@nautilus/core/matching';
import {
  type BadLine,
  BookMirror,
  DepthRows,
  LineWriter,
  type LobsterSession,
  loadLobster,
} from '@nautilus/marketdata/lobster';
import { Exit, type Register } from '../command';
import { wholeNumber } from '../option';
import { printJson } from '../output/json';
import { table } from '../output/table';

const MOST_LEVELS = 1000;
/** A replay is measured at least so often, and for so long, unless that takes too long. */
const REPLAYS = 5;
const MEASURE_SECONDS = { least: 0.25, most: 2 };

interface Summary {
  readonly events: number;
  /** Time to apply the events to the book, without reading the file and without writing rows: median of `replays`. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly replays: number;
  readonly stateHash: string;
  readonly skipped: number;
  readonly skippedLines: readonly BadLine[];
  readonly unseenOrders: number;
  readonly restingOrders: number;
  readonly readSeconds: number;
}

const secondsSince = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

/** Applies all events to a new book as fast as it goes; a short file again and again, until the time can be measured. */
function timed(session: LobsterSession): { readonly times: readonly number[]; readonly mirror: BookMirror } {
  const times: number[] = [];
  const begin = process.hrtime.bigint();
  for (;;) {
    const mirror = new BookMirror(session);
    const start = process.hrtime.bigint();
    mirror.advance(0, session.events.count - 1);
    times.push(secondsSince(start));
    const elapsed = secondsSince(begin);
    if ((elapsed > MEASURE_SECONDS.least && times.length >= REPLAYS) || elapsed > MEASURE_SECONDS.most)
      return { times, mirror };
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Applies all events once more and writes the book after each of them. */
function writeRows(session: LobsterSession, levels: number, file: string): void {
  const mirror = new BookMirror(session);
  const rows = new DepthRows(levels);
  const descriptor = openForWriting(file);
  try {
    const out = new LineWriter(descriptor);
    for (let index = 0; index < session.events.count; index++) {
      mirror.advance(index, index);
      out.write(rows.row(mirror.book));
    }
    out.flush();
  } finally {
    closeSync(descriptor);
  }
}

function openForWriting(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_OUTPUT_UNWRITABLE',
      message: `cannot write the book to ${file}: ${(cause as Error).message}`,
      fix: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}

/** The book that the session left, and every event on the way to it. */
function stateHash({ events }: LobsterSession, { book }: BookMirror): string {
  const hash = new StateHash();
  for (let index = 0; index < events.count; index++) {
    hash.add(events.type[index]!);
    hash.add(events.orderId[index]!);
    hash.add(events.size[index]!);
    hash.add(events.price[index]!);
    hash.add(events.side[index]!);
  }
  book.forEachOrder((id, side, price, quantity) => {
    hash.add(id);
    hash.add(side);
    hash.add(price);
    hash.add(quantity);
  });
  return hash.hex();
}

async function replayLobster(
  file: string,
  options: { levels: number; book?: string; skipBadLines?: boolean },
): Promise<Summary> {
  const start = process.hrtime.bigint();
  const session = await loadLobster(file, { skipBadLines: options.skipBadLines });
  const readSeconds = secondsSince(start);
  const { times, mirror } = timed(session);
  const seconds = median(times);
  if (options.book !== undefined) writeRows(session, options.levels, options.book);
  return {
    events: session.events.count,
    seconds,
    eventsPerSecond: Math.round(session.events.count / seconds),
    replays: times.length,
    stateHash: stateHash(session, mirror),
    skipped: session.skipped,
    skippedLines: session.badLines,
    unseenOrders: session.unseen.length,
    restingOrders: mirror.book.size,
    readSeconds,
  };
}

function print(file: string, summary: Summary): void {
  const rows: [string, string | number][] = [
    ['file', file],
    ['events', summary.events.toLocaleString('en-US')],
    ['read and checked in', `${(summary.readSeconds * 1e3).toFixed(1)} ms`],
    ['applied to the book in', `${(summary.seconds * 1e3).toFixed(1)} ms, median of ${summary.replays}`],
    ['events a second', summary.eventsPerSecond.toLocaleString('en-US')],
    ['orders never shown as new', summary.unseenOrders],
    ['orders resting at the end', summary.restingOrders],
    ['state hash', summary.stateHash],
    ['lines skipped', summary.skipped],
  ];
  process.stdout.write(`${table(rows, ['replay of LOBSTER messages', ''])}\n`);
  for (const { line, column, field, value, allowed } of summary.skippedLines)
    process.stdout.write(`  skipped ${line}:${column}: ${field} is "${value}"; allowed: ${allowed}\n`);
}

/** `nautilus replay lobster`: a day of real orders through the book. */
export const registerReplay: Register = (program, action) => {
  const replay = program.command('replay').description('rebuild an order book from recorded market data');
  replay
    .command('lobster')
    .description('from a LOBSTER message file, .csv or .csv.gz')
    .argument('<file>', 'message file')
    .option('--levels <n>', 'price levels a side in each row of the book', wholeNumber(1, MOST_LEVELS), 1)
    .option('--book <file>', 'write one row an event: ask price,ask size,bid price,bid size of each level')
    .option('--skip-bad-lines', 'leave out lines that make no sense, and say which')
    .option('--json', 'stable JSON')
    .addHelpText(
      'after',
      '\nExample:\n  nautilus replay lobster AAPL_2012-06-21_message_50.csv --levels 1 --book out.csv --json\n',
    )
    .action(
      action(
        async (
          file: string,
          options: { levels: number; book?: string; skipBadLines?: boolean; json?: boolean },
        ): Promise<number> => {
          const summary = await replayLobster(file, options);
          if (options.json) printJson(summary);
          else print(file, summary);
          return Exit.fine;
        },
      ),
    );
};
