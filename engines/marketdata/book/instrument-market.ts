import { BookEventKind, Side } from '@nautilus/core/domain';
import { OrderBook, Reject } from '@nautilus/core/matching';
import type { FeedEvent } from '../feeds/feed';

/** Most books hold few orders: they begin small and grow. */
const FIRST_CAPACITY = 128;
const FIRST_PAGES = 8;

/** One price of a side over all venues. */
export interface ConsolidatedLevel {
  /** Price units. */
  readonly price: number;
  readonly quantity: number;
  readonly orders: number;
  readonly venues: readonly { readonly venue: number; readonly quantity: number }[];
}

/** What all venues together show of an instrument: a book a venue as its events make it, and what they are as one. */
export class InstrumentMarket {
  /** Price of the last trade, 0 before the first. */
  last = 0;
  /** Quantity at the price that `best` returned last. */
  bestQuantity = 0;
  /** By venue; there from its first order on. */
  private readonly books: (OrderBook | undefined)[] = [];
  /** By venue: 1 while its book cannot be relied on. */
  private readonly unreliable: number[] = [];

  constructor(
    readonly instrument: number,
    private readonly tickSize: number,
  ) {}

  /** Applies an event: the venue has matched already, nothing is matched here. 0, or a negative `Reject` after which nothing has changed. */
  apply({ kind, venue, orderId, side, price, quantity }: FeedEvent): number {
    if (kind === BookEventKind.add) return this.rest(venue, orderId, side, price, quantity);
    if (kind === BookEventKind.executeHidden) {
      this.last = price;
      return 0;
    }
    if (kind > BookEventKind.execute) return 0;
    const book = this.books[venue];
    if (book === undefined) return Reject.unknownOrder;
    if (kind === BookEventKind.execute) this.last = price;
    return Math.min(0, kind === BookEventKind.remove ? book.cancel(orderId) : book.reduce(orderId, quantity));
  }

  /** Whether the quotes of a venue may be shown. */
  rely(venue: number, on: boolean): void {
    this.unreliable[venue] = on ? 0 : 1;
  }

  /** Venues whose quotes may not be shown. */
  get staleVenues(): number[] {
    return [...this.unreliable.keys()].filter((venue) => this.unreliable[venue] === 1);
  }

  /** Best price of a side over the venues, 0 when there is none; `bestQuantity` is what stands there. */
  best(side: number): number {
    let best = 0;
    let quantity = 0;
    for (let venue = 0; venue < this.books.length; venue++) {
      const price = this.bestAt(venue, side);
      if (price === 0) continue;
      if (price === best) quantity += this.books[venue]!.bestQuantity(side);
      else if (best === 0 || (side === Side.buy ? price > best : price < best)) {
        best = price;
        quantity = this.books[venue]!.bestQuantity(side);
      }
    }
    this.bestQuantity = quantity;
    return best;
  }

  /** Best price of a venue's side, 0 when there is none or it is not known. */
  private bestAt(venue: number, side: number): number {
    const book = this.books[venue];
    if (book === undefined || this.unreliable[venue] === 1) return 0;
    return (side === Side.buy ? book.bestBid() : book.bestAsk()) ?? 0;
  }

  /** The best `levels` prices of a side, of all venues or of one. */
  depth(side: number, levels: number, only?: number): ConsolidatedLevel[] {
    const merged = new Map<
      number,
      { price: number; quantity: number; orders: number; venues: ConsolidatedLevel['venues'][number][] }
    >();
    this.books.forEach((book, venue) => {
      if (book === undefined || this.unreliable[venue] === 1 || (only !== undefined && only !== venue)) return;
      for (const { price, quantity, orders } of book.depth(side, levels)) {
        const level = merged.get(price) ?? { price, quantity: 0, orders: 0, venues: [] };
        level.quantity += quantity;
        level.orders += orders;
        level.venues.push({ venue, quantity });
        merged.set(price, level);
      }
    });
    const worse = side === Side.buy ? -1 : 1;
    return [...merged.values()].sort((a, b) => (a.price - b.price) * worse).slice(0, levels);
  }

  /** Orders that rest at all venues. */
  get size(): number {
    return this.books.reduce((sum, book) => sum + (book?.size ?? 0), 0);
  }

  /** Every resting order, venue by venue, in the priority that it has there. */
  forEachOrder(visit: (venue: number, id: number, side: number, price: number, quantity: number) => void): void {
    this.books.forEach((book, venue) => {
      book?.forEachOrder((id, side, price, quantity) => visit(venue, id, side, price, quantity));
    });
  }

  private rest(venue: number, orderId: number, side: number, price: number, quantity: number): number {
    const book = (this.books[venue] ??= new OrderBook({
      capacity: FIRST_CAPACITY,
      increment: this.tickSize,
      pages: FIRST_PAGES,
    }));
    if (!book.isFull) return book.rest(orderId, side, price, quantity);
    const larger = twiceAsLarge(book);
    this.books[venue] = larger;
    return larger.rest(orderId, side, price, quantity);
  }
}

/** The same orders in the same priority, with room for as many again. */
function twiceAsLarge(book: OrderBook): OrderBook {
  const larger = new OrderBook({ capacity: book.capacity * 2, increment: book.increment, pages: FIRST_PAGES });
  book.forEachOrder((id, side, price, quantity) => larger.rest(id, side, price, quantity));
  return larger;
}
