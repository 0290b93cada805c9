import { Side, TimeInForce } from '../domain';
import { MatchingEvents } from './events';
import type { PriceLadder } from './price-ladder';
import { Reject } from './reject';
import { END, ID, type OrderBookOptions, PRICE, QUANTITY, RestingOrders, SIDE } from './resting-orders';

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
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    const other = side === Side.buy ? this.asks : this.bids;
    const limit = side === Side.buy ? tick : ~tick;
    const crosses = other.bestLevel >= 0 && other.bestRank <= limit;
    if (timeInForce === TimeInForce.day) {
      if (!crosses && this.free === END) return Reject.full;
    } else if (timeInForce === TimeInForce.fok) {
      if (!crosses || !this.fillable(other, limit, quantity)) return 0;
    } else if (timeInForce === TimeInForce.postOnly) {
      if (crosses) return Reject.wouldTake;
      if (this.free === END) return Reject.full;
    } else if (timeInForce !== TimeInForce.ioc) return Reject.timeInForce;
    const filled = crosses ? this.match(id, other, limit, quantity) : 0;
    if (filled < quantity && (timeInForce === TimeInForce.day || timeInForce === TimeInForce.postOnly))
      this.append(id, side, price, ~limit, quantity - filled);
    return filled;
  }

  /** Takes what the other side has at any price; what is left is dropped. Returns the quantity that it filled. */
  submitMarket(id: number, side: number, quantity: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    return bad !== 0 ? bad : this.match(id, side === Side.buy ? this.asks : this.bids, WORST_RANK, quantity);
  }

  /**
   * Puts an order behind the others of its price without matching it, even when that locks or crosses the book: for a
   * mirror of a venue's book, which has done the matching. Returns 0.
   */
  rest(id: number, side: number, price: number, quantity: number): number {
    this.events.clear();
    const bad = this.refuse(id, side, quantity);
    if (bad !== 0) return bad;
    const tick = this.tickOf(price);
    if (Math.imul(tick, this.increment) !== price) return Reject.price;
    if (this.free === END) return Reject.full;
    this.append(id, side, price, side === Side.buy ? ~tick : tick, quantity);
    return 0;
  }

  /** Removes an order; returns what was left of it. */
  cancel(id: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    const slot = this.ids.slotAt(place);
    this.ids.removeAt(place);
    return this.unlink(slot);
  }

  /** Takes `by` off an order, which keeps its place, or all that is left; returns what was taken off. */
  reduce(id: number, by: number): number {
    this.events.clear();
    const place = this.ids.find(id);
    if (place < 0) return Reject.unknownOrder;
    if ((by | 0) !== by || by < 1) return Reject.quantity;
    const slot = this.ids.slotAt(place);
    const at = slot * 8;
    if (by < this.records[at + QUANTITY]!) {
      this.takeOff(at, by);
      return by;
    }
    this.ids.removeAt(place);
    return this.unlink(slot);
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
    const slot = this.ids.slotAt(place);
    const at = slot * 8;
    const left = this.records[at + QUANTITY]!;
    if (this.records[at + PRICE] === price && quantity <= left) {
      if (quantity < left) this.takeOff(at, left - quantity);
      return 0;
    }
    const side = this.records[at + SIDE]!;
    this.ids.removeAt(place);
    this.unlink(slot);
    const limit = side === Side.buy ? tick : ~tick;
    const filled = this.match(id, side === Side.buy ? this.asks : this.bids, limit, quantity);
    if (filled < quantity) this.append(id, side, price, ~limit, quantity - filled);
    return filled;
  }

  private refuse(id: number, side: number, quantity: number): number {
    if ((id | 0) !== id || id < 1) return Reject.orderId;
    if (side !== Side.buy && side !== Side.sell) return Reject.side;
    if ((quantity | 0) !== quantity || quantity < 1) return Reject.quantity;
    return this.ids.find(id) < 0 ? 0 : Reject.duplicateOrder;
  }

  private match(taker: number, ladder: PriceLadder, limit: number, quantity: number): number {
    const { records, events } = this;
    let left = quantity;
    while (ladder.bestLevel >= 0 && ladder.bestRank <= limit) {
      const slot = ladder.queues[2 * ladder.bestLevel]!;
      const at = slot * 8;
      const resting = records[at + QUANTITY]!;
      const maker = records[at + ID]!;
      if (resting > left) {
        this.takeOff(at, left);
        events.push(maker, taker, records[at + PRICE]!, left, resting - left);
        return quantity;
      }
      left -= resting;
      events.push(maker, taker, records[at + PRICE]!, resting, 0);
      this.remove(slot);
      if (left === 0) return quantity;
    }
    return quantity - left;
  }
}
