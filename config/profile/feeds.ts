import * as z from 'zod';

const file = (what: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `${what}, relative to the profile` });
const symbols = z
  .array(z.string())
  .min(1, { error: 'at least one symbol' })
  .optional()
  .meta({ description: 'symbols that are played; left out: all of trading.instruments' });
const venue = z.string().optional().meta({
  description: 'venue that its orders stand at; left out: they are spread over the venues by their shares',
});
const number = (what: string, from: number, to: number, fallback: number) => {
  const allowed = `${what}: a number from ${from} to ${to}`;
  return z
    .number({ error: allowed })
    .min(from, { error: allowed })
    .max(to, { error: allowed })
    .default(fallback)
    .meta({ description: what });
};

const lobster = z.strictObject({
  kind: z.literal('lobster'),
  file: file('LOBSTER message file, .csv or .csv.gz; `sample` is the one that comes with the platform'),
  instrument: z.string().meta({ description: 'symbol that the file is about' }),
  venue,
});

const csv = z.strictObject({
  kind: z.literal('csv'),
  trades: file('trades: a first line with the names of the columns, then a line each; .csv or .csv.gz').optional(),
  quotes: file('best quotes, likewise').optional(),
  columns: z
    .record(z.string(), z.string())
    .default({})
    .meta({ description: 'names of columns in the files, where they are other than the expected ones' }),
  instruments: symbols,
  venue,
  skip: z.boolean().default(false).meta({ description: 'leave out and count lines that make no sense' }),
});

const itch = z.strictObject({
  kind: z.literal('itch'),
  file: file('NASDAQ TotalView-ITCH 5.0, plain or .gz'),
  framing: z
    .enum(['binaryfile', 'moldudp64'], { error: 'binaryfile | moldudp64' })
    .default('binaryfile')
    .meta({ description: 'messages each after its length, or MoldUDP64 packets in a pcap file' }),
  retransmission: file(
    'BinaryFILE of the same session, not compressed, where messages that packets do not bring are looked up',
  ).optional(),
  instruments: symbols,
  venue,
  skip: z
    .boolean()
    .default(false)
    .meta({ description: 'leave out and count messages that make no sense; else the feed stops at the first' }),
});

const synthetic = z.strictObject({
  kind: z.literal('synthetic'),
  instruments: symbols,
  venue,
  seed: z
    .int({ error: 'a whole number from 0 to 4294967295' })
    .min(0)
    .max(0xffffffff)
    .default(1)
    .meta({ description: 'the same seed, the same orders' }),
  startSeconds: number('seconds after midnight', 0, 86_400, 34_200),
  seconds: number('how long it lasts', 1, 86_400, 23_400),
  rate: number('arrivals a second of one instrument, on average', 0.001, 1e6, 10),
  branching: number('further arrivals that one causes on average', 0, 0.99, 0.7),
  decay: number('how fast that fades, a second', 0.001, 1e6, 5),
  firstPrice: number('currency', 0.01, 200_000, 100),
  only: z
    .enum(['bids', 'asks'], { error: 'bids | asks' })
    .optional()
    .meta({ description: 'the only side that has orders; left out: both' }),
});

const recording = z.strictObject({
  kind: z.literal('recording'),
  file: file('what `trading.record` wrote'),
  instruments: symbols,
});

/** Where the market's events come from. */
export const feedsSchema = z
  .array(
    z.discriminatedUnion('kind', [lobster, csv, itch, synthetic, recording], {
      error: 'kind: lobster | csv | itch | synthetic | recording',
    }),
  )
  .min(1, { error: 'at least one feed' })
  .max(64, { error: 'at most 64 feeds' });

export const speedSchema = z
  .union([z.number().positive().max(1e6), z.enum(['full', 'real'])], {
    error: 'a number above 0 and up to 1,000,000 (10 is ten times as fast), "real" or "full"',
  })
  .meta({ description: 'pace of the clock that all feeds are on' });

export const recordSchema = file('file that the session is recorded to; left out: it is not').optional();

const allowedSize = 'a whole number from 1 to 2147483647; of time bars to 86400';

/** What bars are built. */
export const barsSchema = z
  .array(
    z
      .strictObject({
        kind: z
          .enum(['time', 'tick', 'volume', 'dollar'], { error: 'time | tick | volume | dollar' })
          .meta({ description: 'what fills a bar' }),
        size: z
          .int({ error: allowedSize })
          .min(1, { error: allowedSize })
          .max(0x7fffffff, { error: allowedSize })
          .meta({ description: 'seconds, trades, shares or units of the currency' }),
      })
      .refine(({ kind, size }) => kind !== 'time' || size <= 86_400, { error: allowedSize }),
  )
  .min(1, { error: 'at least one' })
  .default([
    { kind: 'time', size: 1 },
    { kind: 'time', size: 60 },
  ]);

export type FeedSource = z.output<typeof feedsSchema>[number];

/** Keys of a feed that name a file. */
const fileKeys = ['file', 'trades', 'quotes', 'retransmission'] as const;

/** The files that a feed names, by the key. */
export const filesOf = (feed: FeedSource): [key: (typeof fileKeys)[number], file: string][] =>
  fileKeys.flatMap((key) => {
    const name = (feed as Partial<Record<string, unknown>>)[key];
    return typeof name === 'string' ? [[key, name] as [(typeof fileKeys)[number], string]] : [];
  });

/** A feed with its files named otherwise. */
export const withFiles = (feed: FeedSource, name: (file: string) => string): FeedSource =>
  ({ ...feed, ...Object.fromEntries(filesOf(feed).map(([key, file]) => [key, name(file)])) }) as FeedSource;

/** The symbols that a feed names. */
export const symbolsOf = (feed: FeedSource): readonly string[] =>
  feed.kind === 'lobster' ? [feed.instrument] : (feed.instruments ?? []);
