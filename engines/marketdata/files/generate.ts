import { closeSync, openSync, writeSync } from 'node:fs';
import { BookEventKind } from '@nautilus/core/domain';
import { ItchWriter } from '../itch/writer';
import { recordingError } from '../recording/format';
import { RecordingWriter } from '../recording/writer';
import { SyntheticFeed } from '../synthetic/feed';
import { type Progress, paced } from './progress';

const START_SECONDS = 34_200;
/** From the opening to the close of a session; and as much as a day has for a flow that takes longer. */
const SESSION_SECONDS = 23_400;
const MOST_SECONDS = 52_200;
const TICK = 100;
const ROUND_LOT = 100;

export interface Flow {
  /** Events of orders, or messages of a file. */
  readonly count: number;
  /** Made-up stocks: S0, S1, S2 … */
  readonly symbols: number;
  readonly seed: number;
  /** Arrivals a second of one stock. @default so that the flow takes a session of 6.5 hours */
  readonly rate?: number;
  /** Further arrivals that one causes on average, below 1. */
  readonly branching: number;
}

export interface Generated {
  readonly file: string;
  /** Fewer than were asked for when the day was over before. */
  readonly count: number;
  readonly endNs: number;
}

export const symbolOf = (instrument: number): string => `S${instrument - 1}`;

/** Instruments 1, 2, 3 … of a flow. */
const instrumentsOf = ({ symbols }: Flow) =>
  Array.from({ length: symbols }, (_, index) => ({
    id: index + 1,
    symbol: symbolOf(index + 1),
    currency: 'USD',
    tickSize: TICK,
  }));

/** Self-exciting orders, seeded: the same options, the same flow. */
export const syntheticFlow = (flow: Flow): SyntheticFeed =>
  new SyntheticFeed({
    instruments: instrumentsOf(flow),
    venueOf: () => 0,
    seed: flow.seed,
    startSeconds: START_SECONDS,
    seconds: MOST_SECONDS,
    rate: flow.rate ?? flow.count / (flow.symbols * SESSION_SECONDS),
    branching: flow.branching,
    decay: 5,
    firstPrice: 1_000_000,
  });

/**
 * Writes a flow as a NASDAQ ITCH 5.0 file: the start of messages, directory and trading state of each stock, its orders, the end of messages.
 *
 * @throws FeedError NAUT_FEED_RECORDING_UNWRITABLE
 */
export function generateItch(file: string, flow: Flow, progress?: Progress): Generated {
  const descriptor = opened(file);
  const tell = paced(progress);
  try {
    const writer = new ItchWriter((piece) => {
      for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
    });
    const startNs = START_SECONDS * 1e9;
    const head = (locate: number, timeNs = startNs) => ({ locate, tracking: 0, timeNs });
    writer.message('S', { ...head(0), event: 'O' });
    const stocks = instrumentsOf(flow);
    for (const { id, symbol } of stocks) writer.message('R', { ...head(id), stock: symbol, ...directory });
    for (const { id, symbol } of stocks)
      writer.message('H', { ...head(id), stock: symbol, state: 'T', reserved: '', reason: '' });
    const feed = syntheticFlow(flow);
    let endNs = startNs;
    while (writer.count < flow.count - 1 && feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
      feed.take();
      const { kind, timeNs, instrument, orderId, side, price, quantity } = feed;
      if (kind === BookEventKind.add)
        writer.add(instrument, timeNs, orderId, side, quantity, stocks[instrument - 1]!.symbol, price);
      else if (kind === BookEventKind.execute) writer.executed(instrument, timeNs, orderId, quantity, writer.count);
      else writer.delete(instrument, timeNs, orderId);
      endNs = timeNs;
      tell(writer.count, timeNs);
    }
    writer.message('S', { ...head(0, endNs), event: 'C' });
    writer.finish();
    return { file, count: writer.count, endNs };
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a flow as a recording of one venue. @throws FeedError NAUT_FEED_RECORDING_UNWRITABLE */
export function generateRecording(file: string, flow: Flow, session: string, progress?: Progress): Generated {
  const writer = new RecordingWriter(file, { session, instruments: instrumentsOf(flow), venues: ['XSIM'] });
  const tell = paced(progress);
  const feed = syntheticFlow(flow);
  while (writer.events < flow.count && feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
    feed.take();
    writer.add(feed);
    tell(writer.events, feed.timeNs);
  }
  writer.finish();
  return { file, count: writer.events, endNs: feed.timeNs };
}

/** A common stock of the Global Select Market, in round lots of 100. */
const directory = {
  marketCategory: 'Q',
  financialStatus: 'N',
  roundLotSize: ROUND_LOT,
  roundLotsOnly: 'N',
  classification: 'C',
  subType: 'Z',
  authenticity: 'P',
  shortSaleThreshold: 'N',
  ipo: 'N',
  luldTier: '1',
  etp: 'N',
  etpLeverage: 0,
  inverse: 'N',
} as const;

function opened(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (cause) {
    const { message } = cause as Error;
    const fix = 'name a file in a folder that exists and that may be written to';
    throw recordingError(
      'NAUT_FEED_RECORDING_UNWRITABLE',
      file,
      message,
      file,
      'a file that may be written',
      fix,
      cause,
    );
  }
}
