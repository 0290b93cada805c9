import { OrderType, Rejection, Side, TimeInForce } from '@nautilus/core/domain';
import { OrderBook, Reject } from '@nautilus/core/matching';
import { VenueEventKind, type VenueEvents } from './events';
import { FeedOrders } from './feed-orders';
import type { Fees } from './venue';

/** Book ids of our orders start here; the feed's are below. */
const OWN = 2 ** 30;
/** The incoming order that stands for a historical execution. */
const AGGRESSOR = OWN - 1;

const opposite = (side: number): number => (side === Side.buy ? Side.sell : Side.buy);

function reasonOf(reject: number): number {
  switch (reject) {
    case Reject.price:
      return Rejection.badPrice;
    case Reject.quantity:
      return Rejection.badQuantity;
    case Reject.wouldTake:
      return Rejection.wouldTake;
    case Reject.full:
      return Rejection.capacity;
    case Reject.unknownOrder:
      return Rejection.orderNotLive;
    default:
      return Rejection.venueRejected;
  }
}

/** What the simulation met that it could not follow. All zero is a consistent feed. */
export interface SimulationCounts {
  /** Events about orders that the feed never showed: they rested before the session began. */
  unknownOrders: number;
  /** New orders that the book refused: a second one of the same id, a price off the tick, no room. */
  refusedOrders: number;
  /** Historical executions, in shares, that traded with orders of ours. */
  takenFromHistory: number;
}

/**
 * One instrument of the simulated exchange: price-time priority over the historical flow and our orders.
 *
 * History decides between historical orders, priority decides as soon as we are concerned. A historical execution is an
 * incoming order at its price: whatever of ours is first in the book trades first, then the order that history names,
 * and if we took some of that one before, the next in priority. A new historical order trades with ours that it crosses,
 * and rests with what is left. Cancels and reductions act on what is left of theirs.
 *
 * An order that history has finished but that still rests, because we traded in its place, counts as ours: it is there
 * only because we are. So an order of ours never trades before one that is ahead of it, and the book is the feed's own,
 * order by order, until one of ours trades.
 *
 * Hidden executions never touch our orders: the feed does not tell how far their aggressor would have gone.
 */
export class SimulatedBook {
  readonly book: OrderBook;
  readonly counts: SimulationCounts = { unknownOrders: 0, refusedOrders: 0, takenFromHistory: 0 };
  /** Shares of ours that historical orders took while ours were resting, since the start. */
  makerVolume = 0;
  private readonly orders: FeedOrders;
  private halted = false;
  private executions = 0;
  /** By child: shares that it has traded. */
  private filled = new Int32Array(256);

  constructor(
    capacity: number,
    tickSize: number,
    private readonly events: VenueEvents,
    private readonly fees: Fees = { takerFee: 0, makerFee: 0 },
  ) {
    this.book = new OrderBook({ capacity, increment: tickSize });
    this.orders = new FeedOrders(capacity);
  }

  /** Best price in price units, 0 when the side is empty. */
  best(side: number): number {
    return (side === Side.buy ? this.book.bestBid() : this.book.bestAsk()) ?? 0;
  }

  /** Shares that trade before an order of ours at its own price; null when it does not rest here. */
  quantityAhead(child: number): number | null {
    const ahead = this.book.quantityAhead(OWN + child);
    return ahead < 0 ? null : ahead;
  }

  add(feedId: number, side: number, price: number, quantity: number): void {
    const id = this.orders.find(feedId) === 0 ? this.orders.open(feedId, quantity) : 0;
    if (id === 0) {
      this.counts.refusedOrders++;
      return;
    }
    const left = this.meetOurs(id, opposite(side), price, quantity);
    if (left === 0 || this.book.rest(id, side, price, left) === 0) return;
    this.counts.refusedOrders++;
    this.finish(id, feedId, quantity);
  }

  reduce(feedId: number, quantity: number): void {
    const id = this.known(feedId);
    if (id === 0) return;
    this.book.reduce(id, quantity);
    this.finish(id, feedId, quantity);
  }

  remove(feedId: number): void {
    const id = this.known(feedId);
    if (id === 0) return;
    this.book.cancel(id);
    this.finish(id, feedId, this.orders.remaining(id));
  }

  /** @param side of the resting order that history hit */
  execute(feedId: number, side: number, price: number, quantity: number): void {
    const id = this.known(feedId);
    if (id === 0) return;
    let left = this.meetOurs(AGGRESSOR, side, price, quantity);
    if (left > 0) left -= Math.max(0, this.book.reduce(id, left));
    if (left > 0) {
      this.book.submitLimit(AGGRESSOR, opposite(side), price, left, TimeInForce.ioc);
      this.settle();
    }
    this.finish(id, feedId, quantity);
  }

  /** While trading is halted our orders are refused; cancels are not. */
  halt(halted: boolean): void {
    this.halted = halted;
  }

  submit(child: number, side: number, type: number, price: number, quantity: number, timeInForce: number): void {
    const { book, events } = this;
    const id = OWN + child;
    const market = type === OrderType.market;
    if (child >= this.filled.length) this.grow(child);
    this.filled[child] = 0;
    if (this.halted) {
      events.push(VenueEventKind.rejected, child, price, quantity, 0, Rejection.halted);
      return;
    }
    const filled = market
      ? book.submitMarket(id, side, quantity)
      : book.submitLimit(id, side, price, quantity, timeInForce);
    if (filled < 0) {
      events.push(VenueEventKind.rejected, child, price, quantity, 0, reasonOf(filled));
      return;
    }
    events.push(VenueEventKind.accepted, child, price, quantity, 0, Rejection.none);
    this.settle();
    if (filled === quantity) return;
    if (market || timeInForce === TimeInForce.ioc || timeInForce === TimeInForce.fok) {
      const reason = !market && timeInForce === TimeInForce.fok ? Rejection.notFillable : Rejection.noLiquidity;
      events.push(VenueEventKind.expired, child, price, quantity - filled, 0, reason);
    }
  }

  /** Tells what rests of an order; true when it does rest. */
  restate(child: number): boolean {
    const left = this.book.quantityOf(OWN + child);
    if (left === 0) return false;
    this.events.push(VenueEventKind.restated, child, this.book.priceOfOrder(OWN + child)!, left, 0, Rejection.none);
    return true;
  }

  cancel(child: number): void {
    const left = this.book.cancel(OWN + child);
    if (left < 0) this.events.push(VenueEventKind.changeRejected, child, 0, 0, 0, Rejection.orderNotLive);
    else this.events.push(VenueEventKind.cancelled, child, 0, left, 0, Rejection.none);
  }

  /** @param quantity of the whole order, what was filled included: a fill that crosses the request cannot enlarge it */
  replace(child: number, price: number, quantity: number): void {
    const { book, events } = this;
    const id = OWN + child;
    if (this.halted) {
      events.push(VenueEventKind.changeRejected, child, price, quantity, 0, Rejection.halted);
      return;
    }
    const left = quantity - (this.filled[child] ?? 0);
    const filled = left > 0 ? book.replace(id, price, left) : Math.min(0, book.cancel(id));
    if (filled < 0) {
      events.push(VenueEventKind.changeRejected, child, price, quantity, 0, reasonOf(filled));
      return;
    }
    events.push(VenueEventKind.replaced, child, price, Math.max(0, left), 0, Rejection.none);
    if (left > 0) this.settle();
    else events.push(VenueEventKind.cancelled, child, price, 0, 0, Rejection.none);
  }

  /**
   * An incoming historical order trades with orders of ours, and those that rest because of us, as long as one of them is
   * first on `restingSide` within the limit. Returns what is left of it.
   */
  private meetOurs(taker: number, restingSide: number, limit: number, quantity: number): number {
    const { book } = this;
    let left = quantity;
    while (left > 0) {
      const first = book.firstOrder(restingSide);
      if (first === 0 || (first < OWN && this.orders.remaining(first) > 0)) break;
      const traded = book.submitLimit(
        taker,
        opposite(restingSide),
        limit,
        Math.min(left, book.quantityOf(first)),
        TimeInForce.ioc,
      );
      if (traded <= 0) break;
      this.settle();
      left -= traded;
    }
    return left;
  }

  private known(feedId: number): number {
    const id = this.orders.find(feedId);
    if (id === 0) this.counts.unknownOrders++;
    return id;
  }

  /** History is done with `quantity` of an order. */
  private finish(id: number, feedId: number, quantity: number): void {
    if (this.orders.take(id, feedId, quantity) === 0 && this.book.quantityOf(id) === 0) this.orders.release(id);
  }

  /** Tells of our fills of the book's last call, and frees the ids of historical orders that it finished. */
  private settle(): void {
    const { book } = this;
    const fills = book.events;
    for (let index = 0; index < fills.count; index++) {
      const maker = fills.makerId(index);
      const taker = fills.takerId(index);
      const price = fills.price(index);
      const quantity = fills.quantity(index);
      const gone = fills.makerLeft(index) === 0;
      if (maker >= OWN) this.tellFill(maker - OWN, price, quantity, 1, this.fees.makerFee);
      else if (gone && this.orders.remaining(maker) === 0) this.orders.release(maker);
      if (taker >= OWN) this.tellFill(taker - OWN, price, quantity, 0, this.fees.takerFee);
      else if (maker >= OWN) this.makerVolume += quantity;
      if (maker >= OWN !== taker >= OWN) this.counts.takenFromHistory += quantity;
    }
  }

  private tellFill(child: number, price: number, quantity: number, maker: number, fee: number): void {
    const { events } = this;
    this.filled[child]! += quantity;
    events.push(
      VenueEventKind.filled,
      child,
      price,
      quantity,
      maker,
      Rejection.none,
      fee * quantity,
      ++this.executions,
    );
  }

  private grow(child: number): void {
    const larger = new Int32Array(Math.max(child + 1, this.filled.length * 2));
    larger.set(this.filled);
    this.filled = larger;
  }
}
