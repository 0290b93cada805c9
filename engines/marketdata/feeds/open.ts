import { PRICE_UNITS, Side, venueOfOrder } from '@nautilus/core/domain';
import { type FeedConfig, type MarketDataConfig, symbolsOf, venueOf } from '../config';
import { CsvFeed } from '../csv/feed';
import { ItchFeed } from '../itch/feed';
import { FileRetransmission } from '../itch/file-retransmission';
import { FramedMessages } from '../itch/framed-messages';
import { MoldMessages } from '../itch/mold-messages';
import { Packets } from '../itch/packets';
import { loadLobster } from '../lobster';
import { LobsterFeed } from '../lobster/feed';
import { RecordingFeed } from '../recording/feed';
import { RecordingReader } from '../recording/reader';
import { SyntheticFeed } from '../synthetic/feed';
import { ByteSource } from './byte-source';
import { FeedError } from './errors';
import type { Feed } from './feed';
import { Sequencer } from './sequencer';

type Kind<K extends FeedConfig['kind']> = Extract<FeedConfig, { readonly kind: K }>;
type Instrument = MarketDataConfig['instruments'][number];

interface Surroundings {
  /** By symbol: what the feed may speak of. */
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly venueOf: (orderId: number) => number;
  readonly venues: readonly string[];
  readonly session: string;
}

/** Opens a feed of the configuration. @throws FeedError it cannot be read, or cannot be played for its instruments */
export async function openFeed(feed: FeedConfig, { instruments, venues, session }: MarketDataConfig): Promise<Feed> {
  const own = venues.findIndex(({ name }) => name === venueOf(feed));
  const all = instruments.map(({ symbol }) => symbol);
  const played = new Set(symbolsOf(feed, all));
  const surroundings = {
    instruments: new Map(instruments.filter(({ symbol }) => played.has(symbol)).map((one) => [one.symbol, one])),
    venueOf: own >= 0 ? () => own : venueOfOrder(venues),
    venues: venues.map(({ name }) => name),
    session,
  };
  switch (feed.kind) {
    case 'lobster':
      return openLobster(feed, surroundings);
    case 'csv':
      return CsvFeed.open({ ...feed, ...surroundings });
    case 'itch':
      return openItch(feed, surroundings);
    case 'synthetic':
      return openSynthetic(feed, surroundings);
    case 'recording':
      return new RecordingFeed(new RecordingReader(feed.file), surroundings.instruments, surroundings.venues);
  }
}

async function openLobster(
  { file, instrument }: Kind<'lobster'>,
  { instruments, venueOf }: Surroundings,
): Promise<Feed> {
  const session = await loadLobster(file);
  const { id, symbol, tickSize } = instruments.get(instrument)!;
  if (session.increment % tickSize !== 0) throw wrongTick(file, symbol, tickSize, session.increment);
  return new LobsterFeed(session, id, venueOf);
}

function openItch({ file, framing, retransmission, skip }: Kind<'itch'>, surroundings: Surroundings): Feed {
  const bytes = new ByteSource(file);
  if (framing === 'binaryfile') return new ItchFeed(new FramedMessages(bytes), { ...surroundings, file, skip });
  const sequencer = new Sequencer(
    retransmission === undefined ? {} : { retransmission: new FileRetransmission(retransmission) },
  );
  return new ItchFeed(new MoldMessages(new Packets(bytes), sequencer, file, skip), { ...surroundings, file, skip });
}

function openSynthetic({ firstPrice, only, ...feed }: Kind<'synthetic'>, { instruments, venueOf }: Surroundings): Feed {
  return new SyntheticFeed({
    ...feed,
    instruments: [...instruments.values()],
    venueOf,
    firstPrice: firstPrice * PRICE_UNITS,
    ...(only && { only: only === 'bids' ? Side.buy : Side.sell }),
  });
}

const wrongTick = (file: string, symbol: string, tickSize: number, increment: number): FeedError =>
  new FeedError({
    code: 'NAUT_FEED_TICK_SIZE',
    message: `${file} has prices that are multiples of ${increment} only, ${symbol} has a tick of ${tickSize} price units`,
    value: String(tickSize),
    allowed: `a divisor of ${increment}`,
    fix: `correct tickSize of ${symbol} in trading.instruments of the profile`,
  });
