import { Side } from '../domain';
import { EngineEvent } from './engine-events';
import type { LiveOrders } from './live-orders';
import type { MarketState } from './market-state';
import { EndReason, MatchingOrderType, type NewOrder, SelfTradePrevention } from './order';
import { NO_LEVEL } from './price-ladder';
import { ID, NEXT, PRICE, QUANTITY } from './resting-orders';

/** Trades an incoming order with those that rest, in price-time priority. */
export class Matcher {
  /** What the last call of `match` left of its order. */
  left = 0;

  constructor(
    private readonly live: LiveOrders,
    private readonly state: MarketState,
  ) {}

  /**
   * Trades with the other side of the book up to the rank `limit`. Returns the quantity that it filled; `left` may be less than
   * the rest, as self-trade prevention drops some.
   */
  match(order: NewOrder, limit: number): number {
    const { live, state } = this;
    const { book, events } = live;
    const { records } = book;
    const side = 1 - order.side;
    const taker = order.id;
    const owner = order.selfTrade === SelfTradePrevention.allow ? 0 : order.owner;
    let left = order.quantity;
    let filled = 0;
    let first = 0;
    let price = 0;
    while (left > 0 && book.reaches(side, limit)) {
      const at = book.first(side);
      if (owner !== 0 && live.owner(at) === owner) {
        left = this.preventSelfTrade(order, at, left);
        continue;
      }
      const shown = records[at | QUANTITY]!;
      const traded = shown < left ? shown : left;
      price = records[at | PRICE]!;
      if (filled === 0) first = price;
      filled += traded;
      left -= traded;
      events.push(EngineEvent.executed, records[at | ID]!, taker, side, price, traded, shown - traded, 0);
      live.consume(at, traded);
    }
    if (filled > 0) state.note(first, price);
    this.left = left;
    return filled;
  }

  /** Would `match` fill all of the order? Sees hidden reserves, and what self-trade prevention would do. */
  fillable(order: NewOrder, limit: number): boolean {
    const { live } = this;
    const { book } = live;
    const { ladder, records } = book;
    const side = 1 - order.side;
    const owner = order.selfTrade === SelfTradePrevention.allow ? 0 : order.owner;
    if (owner === 0 && live.reserves === 0) return book.fillable(side, limit, order.quantity);
    const stopsAtOwn = order.selfTrade !== SelfTradePrevention.cancelOldest;
    let left = order.quantity;
    let rank = ladder.bestRank[side]!;
    for (let level = ladder.bestLevel[side]!; level !== NO_LEVEL && rank <= limit; rank = ladder.foundRank) {
      // What is shown trades before any hidden reserve of the level does.
      let hidden = 0;
      let meetsOwn = false;
      for (let at = records[level | NEXT]!; at !== level; at = records[at | NEXT]!) {
        if (owner !== 0 && live.owner(at) === owner) {
          if (!stopsAtOwn) continue;
          meetsOwn = true;
          break;
        }
        left -= records[at | QUANTITY]!;
        hidden += live.hidden(at);
      }
      if (!meetsOwn) left -= hidden;
      if (left <= 0) return true;
      if (meetsOwn) return false;
      level = ladder.after(side, rank);
    }
    return false;
  }

  /** Sellers' and buyers' first orders trade at one price until `volume` is reached. */
  cross(price: number, volume: number): void {
    const { live, state } = this;
    const { book, events } = live;
    const { records } = book;
    let left = volume;
    while (left > 0) {
      const buyer = book.first(Side.buy);
      const seller = book.first(Side.sell);
      const bought = records[buyer | QUANTITY]!;
      const sold = records[seller | QUANTITY]!;
      const traded = Math.min(bought, sold, left);
      left -= traded;
      const buyId = records[buyer | ID]!;
      events.push(EngineEvent.crossed, buyId, records[seller | ID]!, Side.buy, price, traded, bought - traded, 0);
      live.consume(buyer, traded);
      live.consume(seller, traded);
    }
    state.note(price, price);
  }

  /** The order has met one of its owner. Returns what is left of it. */
  private preventSelfTrade(order: NewOrder, at: number, left: number): number {
    const { live } = this;
    switch (order.selfTrade) {
      case SelfTradePrevention.cancelOldest:
        live.delete(at, EndReason.selfTrade);
        return left;
      case SelfTradePrevention.decrementAndCancel: {
        const resting = live.left(at);
        if (resting <= left) live.delete(at, EndReason.selfTrade);
        else live.reduce(at, left);
        const lost = Math.min(resting, left);
        this.drop(order, lost);
        return left - lost;
      }
      case SelfTradePrevention.cancelBoth:
        live.delete(at, EndReason.selfTrade);
    }
    this.drop(order, left);
    return 0;
  }

  private drop(order: NewOrder, quantity: number): void {
    const { id, side, type, price } = order;
    const limit = type === MatchingOrderType.market ? 0 : price;
    this.live.events.push(EngineEvent.dropped, id, 0, side, limit, quantity, 0, EndReason.selfTrade);
  }
}
