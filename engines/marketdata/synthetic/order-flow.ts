import { BookEventKind, Side, TimeInForce } from '@nautilus/core/domain';
import { OrderBook } from '@nautilus/core/matching';
import type { Random } from '@nautilus/core/numerics';
import { Hawkes, type HawkesParameters } from './hawkes';

/** Arrivals are limits, markets and cancels, each of buyers and sellers: types 0 to 5. */
const MARKET = 2;
const CANCEL = 4;
/** Their shares among what comes without a cause. */
const baseShares = [0.28, 0.28, 0.05, 0.05, 0.17, 0.17];
/**
 * By effect and cause: where the children of an arrival go. Columns add to 1, so that the branching ratio is the factor in front. An
 * arrival is followed by its like (splitting and herding), a market order also by new limits, on the side that it took from first.
 */
const pattern = [
  [0.5, 0.1, 0.1, 0.3, 0.15, 0.15],
  [0.1, 0.5, 0.3, 0.1, 0.15, 0.15],
  [0.05, 0.05, 0.35, 0.05, 0.05, 0.05],
  [0.05, 0.05, 0.05, 0.35, 0.05, 0.05],
  [0.2, 0.1, 0.05, 0.15, 0.4, 0.2],
  [0.1, 0.2, 0.15, 0.05, 0.2, 0.4],
];
/** Orders of a side at the start, and most of them. */
const FIRST_ORDERS = 50;
const MOST_ORDERS = 500;
/** A cancel finds an order with the probability n / (n + this) where n rest, so that books neither grow nor dry up. */
const HALF_FOUND = 30;
/** Exponent of the distances from the best price, and the largest of them in ticks: Bouchaud, Mézard and Potters 2002 find 0.6. */
const DISTANCE_EXPONENT = 0.6;
const MOST_TICKS = 500;
/** Of the geometric number of round lots in an order. */
const LOT_MORE = 0.5;
const LOT = 100;

export interface OrderFlowOptions {
  readonly instrument: number;
  /** Price units. */
  readonly tickSize: number;
  readonly firstPrice: number;
  /** Arrivals a second on average, of all types. */
  readonly rate: number;
  /** Children that an arrival has on average, below 1: 0 is a Poisson process. */
  readonly branching: number;
  /** How fast excitement fades, a second. */
  readonly decay: number;
  /** Only this side has orders. */
  readonly only?: number;
}

/** Parameters of the arrivals: a stationary process of branching ratio n has the mean rate Σμ / (1 − n). */
export const arrivals = ({ rate, branching, decay }: Pick<OrderFlowOptions, 'rate' | 'branching' | 'decay'>) =>
  ({
    base: baseShares.map((share) => share * rate * (1 - branching)),
    offspring: pattern.map((row) => row.map((share) => share * branching)),
    decay,
  }) satisfies HawkesParameters;

/** Gets what an arrival does to the book: any number of events, none when it finds nothing to do. */
export type FlowVisitor = (kind: number, orderId: number, side: number, price: number, quantity: number) => void;

/** Made-up orders of one instrument: self-exciting arrivals in a book that matches them. */
export class OrderFlow {
  readonly arrivals: Hawkes;
  private readonly book: OrderBook;
  /** By side: the ids of the resting orders in no order, and where each of them stands. */
  private readonly live: readonly [number[], number[]] = [[], []];
  private readonly places = new Map<number, number>();
  /** By side: the last best price, ticks. */
  private readonly lastBest: [number, number];

  /** @param nextId numbers of new orders */
  constructor(
    private readonly options: OrderFlowOptions,
    private readonly random: Random,
    private readonly nextId: () => number,
  ) {
    const { tickSize, firstPrice } = options;
    this.arrivals = new Hawkes(arrivals(options), random);
    this.book = new OrderBook({ capacity: 2 * MOST_ORDERS, increment: tickSize, pages: 8 });
    const middle = Math.max(1, Math.round(firstPrice / tickSize));
    this.lastBest = [middle, middle + 1];
  }

  /** The orders that rest before the first arrival. */
  open(visit: FlowVisitor): void {
    for (let order = 0; order < FIRST_ORDERS; order++)
      for (const side of [Side.buy, Side.sell]) this.limit(side, visit);
  }

  /** What the last arrival does. */
  apply(visit: FlowVisitor): void {
    const { type } = this.arrivals;
    const side = type & 1;
    if (type < MARKET) {
      if (this.live[side]!.length < MOST_ORDERS) this.limit(side, visit);
    } else if (type < CANCEL) this.market(side, visit);
    else this.cancel(side, visit);
  }

  private limit(side: number, visit: FlowVisitor): void {
    const { only, tickSize } = this.options;
    if (only !== undefined && side !== only) return;
    const away = Math.min(MOST_TICKS, Math.floor((1 - this.random.uniform()) ** (-1 / DISTANCE_EXPONENT)));
    const tick = side === Side.buy ? this.best(Side.sell) - away : this.best(Side.buy) + away;
    const price = Math.max(1, tick) * tickSize;
    const quantity = this.shares();
    const id = this.nextId();
    // A price at the floor may meet the other side.
    if (this.book.submitLimit(id, side, price, quantity, TimeInForce.postOnly) < 0) return;
    this.places.set(id, this.live[side]!.push(id) - 1);
    visit(BookEventKind.add, id, side, price, quantity);
  }

  private market(side: number, visit: FlowVisitor): void {
    const { book } = this;
    book.submitMarket(0x7fffffff, side, this.shares());
    const { events } = book;
    for (let fill = 0; fill < events.count; fill++) {
      const id = events.makerId(fill);
      if (events.makerLeft(fill) === 0) this.forget(1 - side, id);
      visit(BookEventKind.execute, id, 1 - side, events.price(fill), events.quantity(fill));
    }
    this.best(1 - side);
  }

  private cancel(side: number, visit: FlowVisitor): void {
    const live = this.live[side]!;
    const id = live[this.random.below(live.length + HALF_FOUND)];
    if (id === undefined) return;
    const price = this.book.priceOfOrder(id)!;
    const left = this.book.cancel(id);
    this.forget(side, id);
    visit(BookEventKind.remove, id, side, price, left);
  }

  /** The best price of a side in ticks, the last one while it is empty. */
  private best(side: number): number {
    const price = side === Side.buy ? this.book.bestBid() : this.book.bestAsk();
    if (price !== undefined) this.lastBest[side] = price / this.options.tickSize;
    return this.lastBest[side]!;
  }

  private shares(): number {
    return LOT * (1 + Math.min(100, Math.floor(this.random.exponential() / -Math.log(LOT_MORE))));
  }

  private forget(side: number, id: number): void {
    const live = this.live[side]!;
    const place = this.places.get(id)!;
    const last = live.pop()!;
    this.places.delete(id);
    if (last === id) return;
    live[place] = last;
    this.places.set(last, place);
  }
}
