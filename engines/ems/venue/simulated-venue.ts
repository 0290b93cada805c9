import { BookEventKind, Rejection } from '@nautilus/core/domain';
import { VenueEventKind, VenueEvents } from './events';
import { SimulatedBook } from './simulated-book';
import type { Fees, Venue } from './venue';

export interface SimulatedVenueOptions {
  readonly name: string;
  /** Most orders that rest at a time, of one instrument. */
  readonly capacity: number;
  /** @default nothing */
  readonly fees?: Fees;
  readonly instruments: readonly { readonly id: number; readonly tickSize: number }[];
}

/** The fields of a feed event that move a book. */
export interface FeedEvent {
  readonly kind: number;
  readonly instrument: number;
  readonly orderId: number;
  /** Side of the resting order. */
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
}

/** Trading resumes; any other price of a halt event keeps the market closed to our orders. */
const RESUMED = 1;

/** The simulated exchange: a book an instrument, moved by the replayed feed, in which our orders queue and trade. */
export class SimulatedVenue implements Venue {
  readonly name: string;
  readonly fees: Fees;
  /** It answers at once; `DelayedVenue` puts a journey before it. */
  readonly roundTripNs = 0;
  readonly nextNs = Number.POSITIVE_INFINITY;
  readonly events = new VenueEvents();
  private readonly books: (SimulatedBook | undefined)[] = [];
  private readonly bookOfChild: (SimulatedBook | undefined)[] = [];

  constructor({ name, capacity, fees = { takerFee: 0, makerFee: 0 }, instruments }: SimulatedVenueOptions) {
    this.name = name;
    this.fees = fees;
    for (const { id, tickSize } of instruments)
      this.books[id] = new SimulatedBook(capacity, tickSize, this.events, fees);
  }

  poll(): void {}

  /** The book of an instrument, or undefined when the venue does not trade it. */
  bookOf(instrument: number): SimulatedBook | undefined {
    return this.books[instrument];
  }

  trades(instrument: number): boolean {
    return this.books[instrument] !== undefined;
  }

  /**
   * Applies one event of the feed; events of instruments that are not traded here are passed over.
   * Returns how many resting shares of ours it took.
   */
  apply(event: FeedEvent): number {
    const book = this.books[event.instrument];
    if (book === undefined) return 0;
    const before = book.makerVolume;
    const { kind, orderId, side, price, quantity } = event;
    if (kind === BookEventKind.add) book.add(orderId, side, price, quantity);
    else if (kind === BookEventKind.reduce) book.reduce(orderId, quantity);
    else if (kind === BookEventKind.remove) book.remove(orderId);
    else if (kind === BookEventKind.execute) book.execute(orderId, side, price, quantity);
    else if (kind === BookEventKind.halt) book.halt(price !== RESUMED);
    return book.makerVolume - before;
  }

  submit(
    child: number,
    instrument: number,
    side: number,
    type: number,
    limitPrice: number,
    quantity: number,
    timeInForce: number,
  ): void {
    const book = this.books[instrument];
    if (book === undefined)
      this.events.push(VenueEventKind.rejected, child, limitPrice, quantity, 0, Rejection.unknownInstrument);
    else {
      this.bookOfChild[child] = book;
      book.submit(child, side, type, limitPrice, quantity, timeInForce);
    }
  }

  cancel(child: number): void {
    const book = this.bookOfChild[child];
    if (book === undefined) this.events.push(VenueEventKind.changeRejected, child, 0, 0, 0, Rejection.unknownOrder);
    else book.cancel(child);
  }

  replace(child: number, limitPrice: number, quantity: number): void {
    const book = this.bookOfChild[child];
    if (book === undefined)
      this.events.push(VenueEventKind.changeRejected, child, limitPrice, quantity, 0, Rejection.unknownOrder);
    else book.replace(child, limitPrice, quantity);
  }

  query(child: number): void {
    const book = this.bookOfChild[child];
    if (book === undefined) this.events.push(VenueEventKind.rejected, child, 0, 0, 0, Rejection.unknownOrder);
    else if (!book.restate(child)) this.events.push(VenueEventKind.expired, child, 0, 0, 0, Rejection.orderNotLive);
  }

  best(instrument: number, side: number): number {
    return this.books[instrument]?.best(side) ?? 0;
  }

  readDepth(instrument: number, side: number, levels: number, into: Float64Array): number {
    return this.books[instrument]?.book.readDepth(side, levels, into) ?? 0;
  }
}
