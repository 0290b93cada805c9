/** A desk over several simulated venues, each behind one that can misbehave, and the books in which others trade. */
import { Algorithm, BookEventKind, CommandKind, OrderType, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { type Command, Desk, type DeskOptions } from '../../../engines/ems/desk/desk';
import type { ImpactEstimate } from '../../../engines/ems/models';
import { DelayedVenue } from '../../../engines/ems/venue/delayed-venue';
import { SimulatedVenue } from '../../../engines/ems/venue/simulated-venue';
import { FaultyVenue } from './faulty-venue';

export interface Report {
  readonly kind: number;
  readonly timeNs: number;
  readonly orderId: number;
  readonly childId: number;
  readonly price: number;
  readonly quantity: number;
  readonly maker: number;
  readonly reason: number;
  readonly fee: number;
  readonly venue: number;
}

export interface VenueTerms {
  readonly takerFee?: number;
  readonly makerFee?: number;
  readonly latencyNs?: number;
}

export class TradingFloor {
  readonly books: readonly SimulatedVenue[];
  readonly venues: readonly FaultyVenue[];
  readonly desk: Desk;
  reports: Report[] = [];

  constructor(terms: readonly VenueTerms[], options: Partial<DeskOptions> = {}) {
    this.books = terms.map(
      ({ takerFee = 0, makerFee = 0 }, index) =>
        new SimulatedVenue({
          name: `X${index}`,
          capacity: 1000,
          fees: { takerFee, makerFee },
          instruments: [{ id: 1, tickSize: 1 }],
        }),
    );
    this.venues = this.books.map((book, index) => {
      const { latencyNs = 0 } = terms[index]!;
      return new FaultyVenue(latencyNs === 0 ? book : new DelayedVenue(book, latencyNs));
    });
    this.desk = new Desk({
      venues: this.venues,
      firstChildId: 0,
      reports: {
        report: (kind, timeNs, orderId, childId, _instrument, _side, price, quantity, maker, reason, fee, venue) =>
          void this.reports.push({ kind, timeNs, orderId, childId, price, quantity, maker, reason, fee, venue }),
      },
      ...options,
    });
    this.desk.advance(1_000);
  }

  /** An order of 100 to buy at 100, unless said otherwise. Returns what came back at once. */
  command(change: Partial<Command> = {}): Report[] {
    this.reports = [];
    this.desk.handle({
      kind: CommandKind.submit,
      orderId: 1,
      startNs: 0,
      endNs: 0,
      account: 1,
      instrument: 1,
      quantity: 100,
      filled: 0,
      limitPrice: 100,
      slices: 0,
      displayQuantity: 0,
      participation: 0,
      riskAversion: 0,
      side: Side.buy,
      type: OrderType.limit,
      timeInForce: TimeInForce.day,
      algorithm: Algorithm.none,
      ...change,
    });
    return this.reports;
  }

  at(timeNs: number): Report[] {
    this.reports = [];
    this.desk.advance(timeNs);
    this.desk.settle();
    return this.reports;
  }

  /** Others add an order. */
  add(venue: number, orderId: number, side: number, price: number, quantity: number): Report[] {
    return this.event(venue, BookEventKind.add, orderId, side, price, quantity);
  }

  /** Others hit an order of theirs, and ours that are ahead of it. */
  execute(venue: number, orderId: number, side: number, price: number, quantity: number): Report[] {
    return this.event(venue, BookEventKind.execute, orderId, side, price, quantity);
  }

  event(venue: number, kind: number, orderId: number, side: number, price: number, quantity: number): Report[] {
    this.reports = [];
    const event = { kind, instrument: 1, orderId, side, price, quantity };
    this.desk.observe(event, venue, this.books[venue]!.apply(event));
    return this.reports;
  }

  /** Shares of ours that rest at a venue. */
  resting(venue: number): number {
    let sum = 0;
    this.books[venue]!.bookOf(1)!.book.forEachOrder((id, _side, _price, quantity) => {
      if (id >= 2 ** 30) sum += quantity;
    });
    return sum;
  }
}

/** [venue, price, quantity, fee] of the fills. */
export const fills = (reports: readonly Report[]): (readonly [number, number, number, number])[] =>
  reports
    .filter(({ kind }) => kind === ReportKind.fill)
    .map(({ venue, price, quantity, fee }) => [venue, price, quantity, fee]);

const exact = (value: number) => ({ value, standardError: 0 });

/** A market whose impact is known: currency, shares, seconds. */
export const linearImpact: ImpactEstimate = {
  intervals: 1,
  intervalSeconds: 1,
  volatility: exact(0.1),
  halfSpread: exact(0.05),
  depthSlope: exact(0.0005),
  permanent: exact(0.0001),
  permanentRSquared: 1,
  orderFlow: exact(0.0001),
  orderFlowRSquared: 1,
};
