import { TimeInForce } from '../domain';
import { MatchingEvents } from './events';
import { Reject } from './reject';
import { ID, type OrderBookOptions, PRICE, QUANTITY, RestingOrders, rankOf, SIDE } from './resting-orders';

const WORST_RANK = 0x7fffffff;

/**
 * A limit order book of one instrument with price-time priority.
 *
 * Prices are 32-bit integers in price units and multiples of `increment`, quantities and ids positive 32-bit integers.
 * A method returns a quantity (0 or more) or a negative `Reject` code after which nothing has changed; nothing on the
 * path throws or allocates (see `PriceLadder` for the one rare exception). Fills of the last call are in `events`.
 *
 * Stops, icebergs, expiry, self-trade prevention and auctions are those of `MatchingEngine`, which is built on this.
 */
export class OrderBook extends RestingOrders {
  readonly events: MatchingEvents;

  constructor(options: OrderBookOptions) {
    super(options);
    this.events = new MatchingEvents(options.capacity);
  }

  /**
   * A limit order; what does not trade at once rests (`day`), is dropped (`ioc`), or forbids the trade altogether
   * (`fok`: all or nothing). `postOnly` rests without trading or is refused with `wouldTake`.
   * Returns the quantity that it filled.
   */
  submitLimit(id: number, side: number, price: number, quantity: number, timeInForce: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    if (bad !== 0) return bad;
    const place = this.ids.find(id);
    if (place >= 0) return Reject.duplicateOrder;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    // They are 0 to 3, and the largest has both bits.
    if ((timeInForce & TimeInForce.postOnly) !== timeInForce) return Reject.timeInForce;
    const rank = rankOf(side, tick);
    const rests = timeInForce === TimeInForce.day || timeInForce === TimeInForce.postOnly;
    if (!this.reaches(1 - side, ~rank)) {
      if (!rests) return 0;
      if (this.isFull) return Reject.full;
      this.append(~place, id, side, price, rank, quantity);
      return 0;
    }
    if (timeInForce === TimeInForce.postOnly) return Reject.wouldTake;
    if (timeInForce === TimeInForce.fok && !this.fillable(1 - side, ~rank, quantity)) return 0;
    const filled = this.match(id, 1 - side, ~rank, quantity);
    if (rests && filled < quantity) this.add(id, side, price, rank, quantity - filled);
    return filled;
  }

  /** Takes what the other side has at any price; what is left is dropped. Returns the quantity that it filled. */
  submitMarket(id: number, side: number, quantity: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    if (bad !== 0) return bad;
    if (this.ids.find(id) >= 0) return Reject.duplicateOrder;
    return this.match(id, 1 - side, WORST_RANK, quantity);
  }

  /**
   * Puts an order behind the others of its price without matching it, even when that locks or crosses the book: for a
   * mirror of a venue's book, which has done the matching. Returns 0.
   */
  rest(id: number, side: number, price: number, quantity: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    if (bad !== 0) return bad;
    const place = this.ids.find(id);
    if (place >= 0) return Reject.duplicateOrder;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    if (this.isFull) return Reject.full;
    this.append(~place, id, side, price, rankOf(side, tick), quantity);
    return 0;
  }

  /** Removes an order; returns what was left of it. */
  cancel(id: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    const at = this.ids.valueAt(place);
    this.ids.removeAt(place);
    return this.unlink(at);
  }

  /** Takes `by` off an order, which keeps its place, or all that is left; returns what was taken off. */
  reduce(id: number, by: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    if ((by | 0) !== by || by < 1) return Reject.quantity;
    const at = this.ids.valueAt(place);
    if (by < this.records[at | QUANTITY]!) {
      this.takeOff(at, by);
      return by;
    }
    this.ids.removeAt(place);
    return this.unlink(at);
  }

  /**
   * Gives an order a new price and a new remaining quantity. It keeps its place only when the price is the same and
   * the quantity not larger; otherwise it is taken out and submitted again as a day limit order, which may trade.
   * Returns the quantity that it filled.
   */
  replace(id: number, price: number, quantity: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    if ((quantity | 0) !== quantity || quantity < 1) return Reject.quantity;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    const at = this.ids.valueAt(place);
    const left = this.records[at | QUANTITY]!;
    if (this.records[at | PRICE] === price && quantity <= left) {
      if (quantity < left) this.takeOff(at, left - quantity);
      return 0;
    }
    const side = this.records[at | SIDE]!;
    this.ids.removeAt(place);
    this.unlink(at);
    const rank = rankOf(side, tick);
    const filled = this.match(id, 1 - side, ~rank, quantity);
    if (filled < quantity) this.add(id, side, price, rank, quantity - filled);
    return filled;
  }

  private refuse(id: number, side: number, quantity: number): number {
    if ((id | 0) !== id || id < 1) return Reject.orderId;
    if ((side & 1) !== side) return Reject.side;
    if ((quantity | 0) !== quantity || quantity < 1) return Reject.quantity;
    return 0;
  }

  /** Trades with the orders of `side` up to the rank `limit`; returns the quantity traded. */
  private match(taker: number, side: number, limit: number, quantity: number): number {
    const { records, events } = this;
    let left = quantity;
    while (this.reaches(side, limit)) {
      const at = this.first(side);
      const resting = records[at | QUANTITY]!;
      const maker = records[at | ID]!;
      if (resting > left) {
        this.takeOff(at, left);
        events.push(maker, taker, records[at | PRICE]!, left, resting - left);
        return quantity;
      }
      left -= resting;
      events.push(maker, taker, records[at | PRICE]!, resting, 0);
      this.remove(at);
      if (left === 0) return quantity;
    }
    return quantity - left;
  }
}
