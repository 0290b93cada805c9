import { EngineError } from '@nautilus/core/kernel';
import { InstrumentMarket } from './book/instrument-market';
import { type MarketDataConfig, symbolsOf, venueOf } from './config';
import { StaleNotices } from './stale-notices';

/** The markets of all instruments that a feed may speak of, and which of them moved since somebody looked. */
export class InstrumentMarkets {
  /** By instrument. */
  private readonly markets: (InstrumentMarket | undefined)[] = [];
  private readonly isMoved = new Uint8Array(1024);
  private readonly moved = new Int32Array(1024);
  /** Instruments that were touched since `takeMoved`. */
  movedCount = 0;
  /** By feed: the instruments it may speak of, and the venue whose orders are its own. */
  private readonly ofFeed: { readonly markets: readonly InstrumentMarket[]; readonly venues: readonly number[] }[];
  readonly notices = new StaleNotices();

  constructor(private readonly config: MarketDataConfig) {
    const { instruments, venues, feeds } = config;
    const all = instruments.map(({ symbol }) => symbol);
    const fed = new Set(feeds.flatMap((feed) => symbolsOf(feed, all)));
    for (const { id, symbol, tickSize } of instruments)
      if (fed.has(symbol)) this.markets[id] = new InstrumentMarket(id, tickSize);
    this.ofFeed = feeds.map((feed) => ({
      markets: symbolsOf(feed, all).map((symbol) => this.of(symbol)!),
      venues: venues.flatMap(({ name }, place) =>
        venueOf(feed) === undefined || venueOf(feed) === name ? [place] : [],
      ),
    }));
  }

  at(instrument: number): InstrumentMarket {
    return this.markets[instrument]!;
  }

  /** Undefined when no feed is about the symbol. @throws EngineError NAUT_SYMBOL_UNKNOWN */
  of(symbol: string): InstrumentMarket | undefined {
    return this.markets[this.instrument(symbol).id];
  }

  /** @throws EngineError NAUT_SYMBOL_UNKNOWN */
  instrument(symbol: string) {
    const found = this.config.instruments.find((instrument) => instrument.symbol === symbol);
    if (found) return found;
    throw new EngineError({
      status: 404,
      code: 'NAUT_SYMBOL_UNKNOWN',
      message: `there is no instrument "${symbol}"`,
      value: symbol,
      allowed: this.config.instruments.map((instrument) => instrument.symbol),
      fix: 'add it to trading.instruments of the profile, or ask for one that is there',
    });
  }

  /** Place of a venue, undefined for none. @throws EngineError NAUT_VENUE_UNKNOWN */
  venue(name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const names = this.config.venues.map((venue) => venue.name);
    const place = names.indexOf(name);
    if (place >= 0) return place;
    throw new EngineError({
      status: 404,
      code: 'NAUT_VENUE_UNKNOWN',
      message: `there is no venue "${name}"`,
      value: name,
      allowed: names,
      fix: 'add it to trading.venues of the profile, or ask for one that is there',
    });
  }

  get restingOrders(): number {
    return this.markets.reduce((sum, market) => sum + (market?.size ?? 0), 0);
  }

  /** Something of the instrument's quotes may have changed. */
  touch(instrument: number): void {
    if (this.isMoved[instrument] === 1) return;
    this.isMoved[instrument] = 1;
    this.moved[this.movedCount++] = instrument;
  }

  /** The books that a feed makes can be relied on, or not; readers are to be told. */
  rely(feed: number, on: boolean): void {
    const { markets, venues } = this.ofFeed[feed]!;
    const only = venueOf(this.config.feeds[feed]!) === undefined ? undefined : venues[0];
    this.notices.add(
      markets.map(({ instrument }) => instrument),
      only,
      !on,
    );
    for (const market of markets) {
      for (const venue of venues) market.rely(venue, on);
      this.touch(market.instrument);
    }
  }

  /** Every market that was touched since the last call. */
  takeMoved(visit: (market: InstrumentMarket) => void): void {
    for (let index = 0; index < this.movedCount; index++) {
      const instrument = this.moved[index]!;
      this.isMoved[instrument] = 0;
      visit(this.markets[instrument]!);
    }
    this.movedCount = 0;
  }
}
