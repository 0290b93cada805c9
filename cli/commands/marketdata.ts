import path from 'node:path';
import { engineSettings, loadProfile, localPlacement, NautilusError, type Profile } from '@nautilus/config';
import type { Flow, Inspection, Recorded } from '@nautilus/marketdata/files';
import { localPaths } from '@nautilus/operations/local';
import { type Command, InvalidArgumentError } from 'commander';
import { Exit, type Register } from '../command';
import { profileOption, wholeNumber } from '../option';
import { printJson } from '../output/json';
import { LiveBlock } from '../output/progress';
import { table } from '../output/table';

/** Only when it is needed: it loads the native binding, which `doctor` must be able to find missing. */
const library = () => import('@nautilus/marketdata/files');

const MOST_MESSAGES = 1e9;
const MOST_SYMBOLS = 1023;
const ROWS = 20;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const grouped = (value: number): string => value.toLocaleString('en-US');

/** Nanoseconds after midnight as 09:30:00.000000000, without zeros at the end. */
function clock(timeNs: number | null): string {
  if (timeNs === null) return '–';
  const seconds = Math.floor(timeNs / 1e9);
  const two = (value: number) => String(value).padStart(2, '0');
  const fraction = String(timeNs % 1e9)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return fraction === '' ? time : `${time}.${fraction}`;
}

/** Runs a long walk with a line that says how far it is. */
async function watched<T>(walk: (progress: (events: number, timeNs: number) => void) => Promise<T> | T): Promise<T> {
  const block = new LiveBlock(process.stderr);
  const line = (events: number, timeNs: number) => {
    const text = `${grouped(events)} events, ${clock(timeNs)} of the session`;
    block.draw([text], text);
  };
  try {
    return await walk(line);
  } finally {
    block.clear();
  }
}

const list = (text: string): string[] => {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('allowed: symbols with commas between them');
  return names;
};

const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 1)) throw new InvalidArgumentError('allowed: 0 to below 1');
  return value;
};

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 1e6)) throw new InvalidArgumentError('allowed: above 0, up to 1000000');
  return value;
};

interface RecordOptions {
  readonly profile: string;
  readonly from?: string;
  readonly symbols?: readonly string[];
  readonly venue?: string;
  readonly retransmission?: string;
  readonly skip?: boolean;
  readonly json?: boolean;
}

/** What the engine plays: the profile's feeds, or one file with its instruments. */
async function sources(options: RecordOptions): Promise<object> {
  const profile = loadProfile(options.profile);
  const paths = localPaths();
  const { engine } = engineSettings(
    profile,
    'marketdata',
    localPlacement(profile, {
      sharedMemory: paths.sharedMemory,
      dataDirectory: path.dirname(paths.data('marketdata')),
      secrets: paths.secrets,
    }),
  );
  const { record: _, awaitReaders: __, ...section } = engine;
  if (options.from === undefined) return section;
  const venues = profile.trading.venues.map(({ name }) => name);
  if (options.venue !== undefined && !venues.includes(options.venue))
    throw new NautilusError({
      code: 'NAUT_VENUE_UNKNOWN',
      message: `profile ${profile.name} has no venue "${options.venue}"`,
      details: [`allowed: ${venues.join(', ')}`],
      fix: 'name one of them with --venue, or another profile',
    });
  const instruments = instrumentsOf(profile, options.symbols);
  return { ...section, instruments, feeds: [await feedOf(options.from, options, instruments)] };
}

/** Those of the profile; a symbol that it does not know gets a number behind them, and ticks of a cent. */
function instrumentsOf({ trading: { instruments } }: Profile, symbols: readonly string[] | undefined) {
  if (symbols === undefined) return instruments;
  let next = Math.max(0, ...instruments.map(({ id }) => id));
  return symbols.map(
    (symbol) =>
      instruments.find((one) => one.symbol === symbol) ?? { id: ++next, symbol, currency: 'USD', tickSize: 100 },
  );
}

async function feedOf(
  file: string,
  { venue, retransmission, skip = false }: RecordOptions,
  instruments: readonly { readonly symbol: string }[],
): Promise<object> {
  const at = venue === undefined ? {} : { venue };
  const kind = (await library()).kindOfFile(file);
  if (kind === 'recording') return { kind, file };
  if (kind === 'itch') return { kind, file, skip, ...at };
  if (kind === 'capture')
    return { kind: 'itch', framing: 'moldudp64', file, skip, ...(retransmission && { retransmission }), ...at };
  if (kind === 'csv') return { kind, ...(await csvFiles(file)), skip, ...at };
  const [only, ...others] = instruments;
  if (only !== undefined && others.length === 0) return { kind, file, instrument: only.symbol, ...at };
  throw new NautilusError({
    code: 'NAUT_SYMBOL_MISSING',
    message: `${file} is a LOBSTER file: it does not say which stock it is of`,
    details: [`value: ${instruments.map(({ symbol }) => symbol).join(', ')}`, 'allowed: one symbol'],
    fix: 'say which with --symbols',
  });
}

/** Quotes have a bid, trades have none. */
async function csvFiles(file: string): Promise<{ quotes: string } | { trades: string }> {
  const { firstLine } = await library();
  return /\bbid\b/.test(firstLine(file)) ? { quotes: file } : { trades: file };
}

function printRecorded({ file, events, startNs, endNs, hash, feeds }: Recorded): void {
  const met = feeds.flatMap(({ kind, ...counts }) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([what, count]): [string, string] => [`${kind}: ${what}`, grouped(count)]),
  );
  const rows: [string, string][] = [
    ['file', file],
    ['events', grouped(events)],
    ['time', `${clock(startNs)} to ${clock(endNs)}`],
    ['hash of the events', hash],
    ...met,
  ];
  print(table(rows, ['recorded', '']));
}

function printInspection(inspection: Inspection, shown: number): void {
  const { kind, bytes, recording, messages, events, startNs, endNs, longestGap, kinds, symbols, hash } = inspection;
  const rows: [string, string][] = [
    ['is', kind],
    ['bytes', grouped(bytes)],
    ['events', grouped(events)],
    ['time', `${clock(startNs)} to ${clock(endNs)}`],
    ['longest silence', longestGap ? `${longestGap.ns / 1e9} s from ${clock(longestGap.fromNs)}` : '–'],
    ['hash of the events', hash],
  ];
  if (recording !== null)
    rows.push(
      ['session', recording.session],
      ['venues', recording.venues.join(', ')],
      ['blocks', grouped(recording.blocks)],
      ['torn off at the end', `${grouped(recording.tornBytes)} bytes`],
    );
  if (messages !== null) {
    rows.push(['messages', grouped(messages.count)]);
    for (const [what, count] of Object.entries(messages.counts)) if (count > 0) rows.push([what, grouped(count)]);
  }
  const parts = [table(rows, [inspection.file, ''])];
  const counts = (of: Readonly<Record<string, number>>, title: string) =>
    parts.push(
      table(
        Object.entries(of).map(([name, count]) => [name, grouped(count)]),
        [title, ''],
        { right: [1] },
      ),
    );
  if (messages !== null) counts(messages.types, 'messages');
  counts(kinds, 'events');
  const bySymbol = symbols.slice(0, shown).map(({ symbol, ...each }) => [symbol, ...Object.values(each).map(grouped)]);
  parts.push(table(bySymbol, ['symbol', 'events', 'trades', 'shares'], { right: [1, 2, 3] }));
  if (symbols.length > shown) parts.push(`${symbols.length - shown} more symbols: --json has all`);
  print(parts.join('\n\n'));
}

async function inspect(
  file: string,
  options: { symbols?: string[]; retransmission?: string; json?: boolean },
): Promise<number> {
  const { inspectFile } = await library();
  const inspection = await watched((progress) => inspectFile(file, options, progress));
  if (options.json) printJson(inspection);
  else printInspection(inspection, ROWS);
  const { problem, recording } = inspection;
  if (problem !== null) process.stderr.write(`${problem.code}  ${problem.message}\n`);
  return problem === null && (recording?.tornBytes ?? 0) === 0 ? Exit.fine : Exit.differs;
}

type GenerateOptions = Omit<Flow, 'count'> & {
  readonly messages: number;
  readonly format: string;
  readonly session: string;
  readonly json?: boolean;
};

async function generate(file: string, options: GenerateOptions): Promise<number> {
  const { generateItch, generateRecording } = await library();
  const flow = { ...options, count: options.messages };
  const generated = await watched((progress) =>
    options.format === 'itch'
      ? generateItch(file, flow, progress)
      : generateRecording(file, flow, options.session, progress),
  );
  if (options.json) printJson(generated);
  else print(`${grouped(generated.count)} ${options.format === 'itch' ? 'messages' : 'events'} in ${file}`);
  return Exit.fine;
}

const formats = ['itch', 'recording'];
const oneOf = (text: string): string => {
  if (!formats.includes(text)) throw new InvalidArgumentError(`allowed: ${formats.join(', ')}`);
  return text;
};
const day = (text: string): string => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new InvalidArgumentError('allowed: a date as 2012-06-21');
  return text;
};

function addRecord(marketdata: Command, action: Parameters<Register>[1]): void {
  marketdata
    .command('record')
    .description('record feeds into a compact file that replays to the same events')
    .argument('<out>', 'the recording')
    .addOption(profileOption())
    .option(
      '--from <file>',
      'LOBSTER, CSV, ITCH, pcap of MoldUDP64, or a recording; the feeds of the profile when not given',
    )
    .option('--symbols <list>', 'what is recorded of it; all of the profile when not given', list)
    .option('--venue <name>', 'where its orders stand; spread over the venues of the profile when not given')
    .option('--retransmission <file>', 'BinaryFILE with the messages that packets do not bring')
    .option('--skip', 'leave out and count what makes no sense')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus marketdata record day.naut --from day.itch --symbols AAPL,MSFT\n')
    .action(
      action(async (out: string, options: RecordOptions) => {
        const { recordFeeds } = await library();
        const config = await sources(options);
        const recorded = await watched((progress) => recordFeeds(config, out, progress));
        if (options.json) printJson(recorded);
        else printRecorded(recorded);
        return Exit.fine;
      }),
    );
}

function addGenerate(marketdata: Command, action: Parameters<Register>[1]): void {
  marketdata
    .command('generate')
    .description('write made-up orders: self-exciting arrivals, the same for the same seed')
    .argument('<out>', 'file')
    .option('--format <kind>', 'itch (NASDAQ ITCH 5.0, BinaryFILE) or recording', oneOf, 'itch')
    .option('--messages <n>', 'messages, or events of a recording', wholeNumber(10, MOST_MESSAGES), 1_000_000)
    .option('--symbols <n>', 'stocks, S0 to Sn', wholeNumber(1, MOST_SYMBOLS), 10)
    .option('--seed <n>', 'of all that is random', wholeNumber(0, 0xffffffff), 1)
    .option('--rate <n>', 'arrivals a second of one stock; so that a session is filled when not given', positive)
    .option('--branching <n>', 'further arrivals that one causes on average', share, 0.7)
    .option('--session <date>', 'day of a recording', day, '2012-06-21')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus marketdata generate day.itch --messages 10000000 --symbols 500\n')
    .action(action(generate));
}

/** `nautilus marketdata`: recordings and ITCH files. */
export const registerMarketData: Register = (program, action) => {
  const marketdata = program.command('marketdata').description('record, inspect and generate market data');
  addRecord(marketdata, action);
  marketdata
    .command('inspect')
    .description('read a recording, an ITCH file or a capture of it to its last byte: contents, gaps, checksums, hash')
    .argument('<file>', 'file')
    .option('--symbols <list>', 'only these', list)
    .option('--retransmission <file>', 'BinaryFILE with the messages that packets of a capture do not bring')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExit code 2: it is damaged, or torn at its end.\n')
    .action(action(inspect));
  addGenerate(marketdata, action);
};
