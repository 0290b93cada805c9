/** A desk over simulated venues that share a recorded market: the execution engine without its rings, in market time. */
import {
  Algorithm,
  BookEventKind,
  CommandKind,
  OrderType,
  ReportKind,
  Side,
  TimeInForce,
  venueOfOrder,
} from '@nautilus/core/domain';
import { LobsterFeed, type LobsterSession } from '@nautilus/marketdata/lobster';
import { type Command, Desk } from '../../engines/ems/desk/desk';
import type { ExecutionModels } from '../../engines/ems/models';
import { DelayedVenue } from '../../engines/ems/venue/delayed-venue';
import { SimulatedVenue } from '../../engines/ems/venue/simulated-venue';
import type { Fees } from '../../engines/ems/venue/venue';

export interface VenueTerms extends Fees {
  readonly name: string;
  /** Weight of its part of the recorded orders. */
  readonly share: number;
  readonly latencyNs: number;
}

/** What orders have done so far. */
export interface Totals {
  readonly quantity: number;
  /** Price units × shares. */
  readonly notional: number;
  /** 1e-4 of the currency. */
  readonly fees: number;
}

export interface RecordedFloorOptions {
  readonly session: LobsterSession;
  readonly terms: readonly VenueTerms[];
  /** The venues that the desk may use, by their places. @default all */
  readonly use?: readonly number[];
  readonly models?: ExecutionModels;
}

const INSTRUMENT = 1;

export class RecordedFloor {
  readonly desk: Desk;
  /** By venue of `terms`. */
  readonly venues: readonly SimulatedVenue[];
  readonly names: readonly string[];
  private readonly used: readonly number[];
  private readonly feed: LobsterFeed;
  private readonly totals = { quantity: 0, notional: 0, fees: 0 };

  constructor({ session, terms, use, models }: RecordedFloorOptions) {
    const instruments = [{ id: INSTRUMENT, tickSize: session.increment }];
    this.feed = new LobsterFeed(session, INSTRUMENT, venueOfOrder(terms));
    this.used = use ?? terms.map((_, index) => index);
    this.names = this.used.map((index) => terms[index]!.name);
    this.venues = terms.map((fees) => new SimulatedVenue({ name: fees.name, capacity: 65_536, fees, instruments }));
    this.desk = new Desk({
      venues: this.used.map((index) => {
        const { latencyNs } = terms[index]!;
        return latencyNs === 0 ? this.venues[index]! : new DelayedVenue(this.venues[index]!, latencyNs);
      }),
      firstChildId: 0,
      modelsOf: () => models,
      reports: {
        report: (kind, _time, _order, _child, _instrument, _side, price, quantity, _maker, _reason, fee) => {
          if (kind !== ReportKind.fill) return;
          this.totals.quantity += quantity;
          this.totals.notional += price * quantity;
          this.totals.fees += fee;
        },
      },
    });
  }

  get done(): Totals {
    return { ...this.totals };
  }

  /** Plays the recorded market up to a time, and not its later events. */
  playTo(timeNs: number): void {
    const { feed, desk } = this;
    while (feed.nextTimeNs < timeNs) {
      feed.take();
      desk.advance(feed.timeNs);
      if (feed.kind === BookEventKind.halt) for (const venue of this.venues) venue.apply(feed);
      else {
        const ours = this.venues[feed.venue]!.apply(feed);
        const venue = this.used.indexOf(feed.venue);
        if (venue >= 0) desk.observe(feed, venue, ours);
      }
    }
    desk.advance(timeNs);
  }

  /** A market order for the day, unless said otherwise. */
  submit(order: Partial<Command> & Pick<Command, 'orderId' | 'quantity' | 'side'>): void {
    this.desk.handle({
      kind: CommandKind.submit,
      startNs: 0,
      endNs: 0,
      account: 1,
      instrument: INSTRUMENT,
      filled: 0,
      limitPrice: 0,
      slices: 0,
      displayQuantity: 0,
      participation: 0,
      riskAversion: 0,
      type: OrderType.market,
      timeInForce: TimeInForce.day,
      algorithm: Algorithm.none,
      ...order,
    });
  }

  /** Best price of a side over all venues, used or not. */
  best(side: number): number {
    const prices = this.venues.map((venue) => venue.best(INSTRUMENT, side)).filter((price) => price > 0);
    if (prices.length === 0) return 0;
    return side === Side.buy ? Math.max(...prices) : Math.min(...prices);
  }
}
