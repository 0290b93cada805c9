import { z } from '@nautilus/core/kernel';

const venue = z.string().min(1).optional();
const file = z.string().min(1);
const instruments = z.array(z.string().min(1)).min(1).optional();

const Lobster = z.strictObject({
  kind: z.literal('lobster'),
  /** LOBSTER message file, .csv or .csv.gz. */
  file,
  /** Symbol of the instrument that the file is about. */
  instrument: z.string().min(1),
  /** Where all its orders stand. @default spread over the venues by their shares */
  venue,
});

const Itch = z.strictObject({
  kind: z.literal('itch'),
  /** NASDAQ TotalView-ITCH 5.0, plain or gzip. */
  file,
  /** Messages each after its length, or MoldUDP64 packets in a pcap file. */
  framing: z.enum(['binaryfile', 'moldudp64']).default('binaryfile'),
  /** BinaryFILE of the same session, not compressed: where messages that packets do not bring are looked up. */
  retransmission: file.optional(),
  /** Symbols that are played. @default all instruments */
  instruments,
  venue,
  /** Leave out and count messages that make no sense. */
  skip: z.boolean().default(false),
});

const Synthetic = z.strictObject({
  kind: z.literal('synthetic'),
  /** @default all instruments */
  instruments,
  venue,
  /** The same seed, the same orders. */
  seed: z.int().min(0).max(0xffffffff).default(1),
  /** Seconds after midnight, and how long it lasts. */
  startSeconds: z.number().min(0).max(86_400).default(34_200),
  seconds: z.number().positive().max(86_400).default(23_400),
  /** Arrivals a second of one instrument, on average. */
  rate: z.number().positive().max(1e6).default(10),
  /** Further arrivals that one causes on average. */
  branching: z.number().min(0).max(0.99).default(0.7),
  /** How fast that fades, a second. */
  decay: z.number().positive().max(1e6).default(5),
  /** Currency. */
  firstPrice: z.number().positive().max(200_000).default(100),
  /** The only side that has orders. */
  only: z.enum(['bids', 'asks']).optional(),
});

const Recording = z.strictObject({
  kind: z.literal('recording'),
  file,
  /** @default all instruments */
  instruments,
});

const Csv = z
  .strictObject({
    kind: z.literal('csv'),
    /** A first line with the names of the columns time, symbol, price, size and perhaps side (of who took). */
    trades: file.optional(),
    /** Likewise: time, symbol, bid, bidSize, ask, askSize; a size of 0 says that there is none. */
    quotes: file.optional(),
    /** Names in the files, by the expected ones. */
    columns: z.record(z.string(), z.string()).default({}),
    /** @default all instruments */
    instruments,
    venue,
    /** Leave out and count lines that make no sense. */
    skip: z.boolean().default(false),
  })
  .refine(({ trades, quotes }) => trades !== undefined || quotes !== undefined, { error: 'trades, quotes or both' });

/** Where the events of the market come from. */
export const feedConfigs = z.discriminatedUnion('kind', [Lobster, Csv, Itch, Synthetic, Recording]);
