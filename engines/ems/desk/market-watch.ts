import { BookEventKind, EVERY_VENUE, Side } from '@nautilus/core/domain';
import { MarketFeatures } from '../models/market-features';
import { type VolumeCurve, VolumeForecast } from '../models/volume-curve';
import { MarketTally } from '../tca';
import type { Venue } from '../venue/venue';
import type { OrderStore } from './order-store';

/** Time over which the flow of a venue is averaged: its weight falls to 1/e. */
const FLOW_NS = 60e9;
const INSTRUMENTS = 1024;

/** What happened to one instrument. */
class Market {
  readonly tally = new MarketTally();
  readonly forecast: VolumeForecast;
  readonly features = new MarketFeatures();
  bid = 0;
  ask = 0;
  /** Shares that were taken from resting orders, by venue and side, as a sum that fades; and when it was last right. */
  readonly flow: Float64Array;
  readonly flowNs: Float64Array;

  constructor(curve: VolumeCurve, venues: number) {
    this.forecast = new VolumeForecast(curve);
    this.flow = new Float64Array(2 * venues);
    this.flowNs = new Float64Array(2 * venues);
  }
}

/** The fields of a feed event that say what others did. */
export interface MarketEvent {
  readonly kind: number;
  readonly instrument: number;
  /** Side of the resting order. */
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
}

/** The market as the desk sees it: best prices over all venues, volume of others, where it trades. */
export class MarketWatch {
  private readonly markets: (Market | undefined)[] = [];
  /** By instrument and venue: 1 while messages of that book are missing. */
  private readonly stale: Uint8Array;
  /** Books that are stale. */
  staleBooks = 0;

  constructor(
    private readonly venues: readonly Venue[],
    private readonly curveOf: (instrument: number) => VolumeCurve,
  ) {
    this.stale = new Uint8Array(INSTRUMENTS * venues.length);
  }

  /**
   * Takes in an event of the feed after the venue has.
   * @param ours shares of it that resting orders of ours traded
   */
  observe(event: MarketEvent, venue: number, nowNs: number, ours: number): void {
    const market = this.of(event.instrument);
    const { kind, price, quantity } = event;
    if (kind === BookEventKind.execute || kind === BookEventKind.executeHidden) {
      const others = quantity - ours;
      if (others > 0) {
        market.tally.trade(price, others);
        market.forecast.trade(nowNs, others);
        market.features.trade(nowNs, others);
      }
      if (kind === BookEventKind.execute) fade(market, 2 * venue + event.side, nowNs, quantity);
    }
    this.quote(event.instrument, nowNs);
  }

  /** A venue's book, or with EVERY_VENUE that of each, is the market's no longer, or again. */
  setStale(instrument: number, venue: number, stale: boolean, nowNs: number): void {
    const count = this.venues.length;
    for (let place = 0; place < count; place++) {
      if (venue !== EVERY_VENUE && venue !== place) continue;
      const at = instrument * count + place;
      this.staleBooks += (stale ? 1 : 0) - this.stale[at]!;
      this.stale[at] = stale ? 1 : 0;
    }
    this.quote(instrument, nowNs);
  }

  isStale(instrument: number, venue: number): boolean {
    return this.stale[instrument * this.venues.length + venue] === 1;
  }

  /** Nothing is known of the instrument: every book of it is stale. */
  isBlind(instrument: number): boolean {
    const { venues } = this;
    for (let venue = 0; venue < venues.length; venue++)
      if (venues[venue]!.trades(instrument) && !this.isStale(instrument, venue)) return false;
    return true;
  }

  /** Best price of a side over all venues whose books are known, 0 when nobody is there. */
  best(instrument: number, side: number): number {
    const { venues } = this;
    let best = 0;
    for (let index = 0; index < venues.length; index++) {
      if (this.isStale(instrument, index)) continue;
      const price = venues[index]!.best(instrument, side);
      if (price > 0 && (best === 0 || (side === Side.buy ? price > best : price < best))) best = price;
    }
    return best;
  }

  /** Shares that others have traded since the start. */
  volume(instrument: number): number {
    return this.of(instrument).tally.volume;
  }

  tally(instrument: number): MarketTally {
    return this.of(instrument).tally;
  }

  features(instrument: number): MarketFeatures {
    return this.of(instrument).features;
  }

  forecast(instrument: number): VolumeForecast {
    return this.of(instrument).forecast;
  }

  /** Shares of resting orders of a side that are expected to be taken at a venue within a time, as lately. */
  expected(instrument: number, venue: number, side: number, nowNs: number, withinNs: number): number {
    const market = this.of(instrument);
    const at = 2 * venue + side;
    return (market.flow[at]! * Math.exp((market.flowNs[at]! - nowNs) / FLOW_NS) * withinNs) / FLOW_NS;
  }

  /** Keeps the market as it was when a parent came. */
  noteArrival(orders: OrderStore, parent: number, nowNs: number): void {
    const { of } = orders.parents;
    const instrument = of.instrument[parent]!;
    const { tally } = this.of(instrument);
    tally.passTo(nowNs);
    of.arrivedNs[parent] = nowNs;
    of.arrivalBid[parent] = this.best(instrument, Side.buy);
    of.arrivalAsk[parent] = this.best(instrument, Side.sell);
    of.arrivalVolume[parent] = tally.volume;
    of.arrivalNotional[parent] = tally.notional;
    of.arrivalMidSeconds[parent] = tally.midSeconds;
    of.arrivalQuotedSeconds[parent] = tally.quotedSeconds;
  }

  /** The same when it has ended. */
  noteEnd(orders: OrderStore, parent: number, nowNs: number): void {
    const { of } = orders.parents;
    const instrument = of.instrument[parent]!;
    const { tally } = this.of(instrument);
    tally.passTo(nowNs);
    of.endedNs[parent] = nowNs;
    of.endBid[parent] = this.best(instrument, Side.buy);
    of.endAsk[parent] = this.best(instrument, Side.sell);
    of.endVolume[parent] = tally.volume;
    of.endNotional[parent] = tally.notional;
    of.endMidSeconds[parent] = tally.midSeconds;
    of.endQuotedSeconds[parent] = tally.quotedSeconds;
  }

  /** Takes in what the best prices are now. */
  private quote(instrument: number, nowNs: number): void {
    const market = this.of(instrument);
    const bid = this.best(instrument, Side.buy);
    const ask = this.best(instrument, Side.sell);
    if (bid === market.bid && ask === market.ask) return;
    market.bid = bid;
    market.ask = ask;
    market.tally.quote(nowNs, bid, ask);
    market.features.quote(nowNs, bid, ask);
  }

  private of(instrument: number): Market {
    const known = this.markets[instrument];
    if (known !== undefined) return known;
    const market = new Market(this.curveOf(instrument), this.venues.length);
    this.markets[instrument] = market;
    return market;
  }
}

function fade(market: Market, at: number, nowNs: number, quantity: number): void {
  market.flow[at] = market.flow[at]! * Math.exp((market.flowNs[at]! - nowNs) / FLOW_NS) + quantity;
  market.flowNs[at] = nowNs;
}
