import { BookEventKind, Side } from '@nautilus/core/domain';
import type { OrderBook } from '@nautilus/core/matching';
import type { FeedEvent } from '../venue/simulated-venue';
import { SimulatedVenue } from '../venue/simulated-venue';

/** A recorded market, walked step by step: the fields of the last step stand in it. */
export interface RecordedMarket extends FeedEvent {
  readonly timeNs: number;
  /** Time of the next step; infinity after the last. */
  readonly nextTimeNs: number;
  /** Takes the next step; there must be one. */
  take(): void;
}

/** What is read again and again: a new walk from the first step. */
export type Recording = () => RecordedMarket;

export interface ReplayOptions {
  readonly instrument: number;
  /** Price units of 1e-4. */
  readonly tickSize: number;
  /** Most orders that rest at a time. */
  readonly capacity: number;
}

/** A recorded market with the book that it makes, and the simulated venue whose book that is. */
export class Replay {
  readonly venue: SimulatedVenue;
  readonly book: OrderBook;
  readonly instrument: number;

  constructor(
    readonly market: RecordedMarket,
    { instrument, tickSize, capacity }: ReplayOptions,
  ) {
    this.instrument = instrument;
    this.venue = new SimulatedVenue({ name: 'XSIM', capacity, instruments: [{ id: instrument, tickSize }] });
    this.book = this.venue.bookOf(instrument)!.book;
  }

  /** The mid in price units, NaN while a side is empty. */
  get mid(): number {
    return ((this.book.bestBid() ?? Number.NaN) + (this.book.bestAsk() ?? Number.NaN)) / 2;
  }

  /** Takes all steps before a time; `after` sees each of the instrument when the book has it. */
  advance(untilNs: number, after?: (step: RecordedMarket) => void): void {
    const { market } = this;
    while (market.nextTimeNs < untilNs) {
      market.take();
      this.venue.apply(market);
      if (market.instrument === this.instrument) after?.(market);
    }
  }
}

/** Shares that a step traded, positive when the aggressor bought; 0 when it is no trade. */
export function signedTrade({ kind, side, quantity }: FeedEvent): number {
  if (kind !== BookEventKind.execute && kind !== BookEventKind.executeHidden) return 0;
  return side === Side.sell ? quantity : -quantity;
}
