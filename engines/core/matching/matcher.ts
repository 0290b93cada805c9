import { Side } from '../domain';
import { EngineEvent } from './engine-events';
import type { LiveOrders } from './live-orders';
import type { MarketState } from './market-state';
import { EndReason, MatchingOrderType, type NewOrder, SelfTradePrevention } from './order';
import type { PriceLadder } from './price-ladder';
import { END, ID, NEXT, PRICE, QUANTITY, SIDE } from './resting-orders';

/** Trades an incoming order with those that rest, in price-time priority. */
export class Matcher {
  /** What the last call of `match` left of its order. */
  left = 0;

  constructor(
    private readonly live: LiveOrders,
    private readonly state: MarketState,
  ) {}

  /**
   * Trades with one side of the book up to the rank `limit`. Returns the quantity that it filled; `left` may be less than
   * the rest, as self-trade prevention drops some.
   */
  match(order: NewOrder, ladder: PriceLadder, limit: number): number {
    const { live, state } = this;
    const { records } = live.book;
    const { events } = live;
    const taker = order.id;
    const owner = order.selfTrade === SelfTradePrevention.allow ? 0 : order.owner;
    let left = order.quantity;
    let filled = 0;
    let first = 0;
    let price = 0;
    while (left > 0 && ladder.bestLevel >= 0 && ladder.bestRank <= limit) {
      const slot = ladder.queues[2 * ladder.bestLevel]!;
      if (owner !== 0 && live.owner(slot) === owner) {
        left = this.preventSelfTrade(order, slot, left);
        continue;
      }
      const at = slot * 8;
      const shown = records[at + QUANTITY]!;
      const traded = shown < left ? shown : left;
      price = records[at + PRICE]!;
      if (filled === 0) first = price;
      filled += traded;
      left -= traded;
      events.push(
        EngineEvent.executed,
        records[at + ID]!,
        taker,
        records[at + SIDE]!,
        price,
        traded,
        shown - traded,
        0,
      );
      live.consume(slot, traded);
    }
    if (filled > 0) state.note(first, price);
    this.left = left;
    return filled;
  }

  /** Would `match` fill all of the order? Sees hidden reserves, and what self-trade prevention would do. */
  fillable(order: NewOrder, ladder: PriceLadder, limit: number): boolean {
    const { live } = this;
    const { book } = live;
    const owner = order.selfTrade === SelfTradePrevention.allow ? 0 : order.owner;
    if (owner === 0 && live.reserves === 0) return book.fillable(ladder, limit, order.quantity);
    const stopsAtOwn = order.selfTrade !== SelfTradePrevention.cancelOldest;
    let left = order.quantity;
    let rank = ladder.bestRank;
    for (
      let level = ladder.bestLevel;
      level >= 0 && rank <= limit;
      level = ladder.after(rank), rank = ladder.foundRank
    ) {
      // What is shown trades before any hidden reserve of the level does.
      let hidden = 0;
      let meetsOwn = false;
      for (let slot = ladder.queues[2 * level]!; slot !== END; slot = book.records[slot * 8 + NEXT]!) {
        if (owner !== 0 && live.owner(slot) === owner) {
          if (!stopsAtOwn) continue;
          meetsOwn = true;
          break;
        }
        left -= book.records[slot * 8 + QUANTITY]!;
        hidden += live.hidden(slot);
      }
      if (!meetsOwn) left -= hidden;
      if (left <= 0) return true;
      if (meetsOwn) return false;
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
      const buyer = book.firstSlot(Side.buy);
      const seller = book.firstSlot(Side.sell);
      const bought = records[buyer * 8 + QUANTITY]!;
      const sold = records[seller * 8 + QUANTITY]!;
      const traded = Math.min(bought, sold, left);
      left -= traded;
      const buyId = records[buyer * 8 + ID]!;
      events.push(EngineEvent.crossed, buyId, records[seller * 8 + ID]!, Side.buy, price, traded, bought - traded, 0);
      live.consume(buyer, traded);
      live.consume(seller, traded);
    }
    state.note(price, price);
  }

  /** The order has met one of its owner. Returns what is left of it. */
  private preventSelfTrade(order: NewOrder, slot: number, left: number): number {
    const { live } = this;
    switch (order.selfTrade) {
      case SelfTradePrevention.cancelOldest:
        live.delete(slot, EndReason.selfTrade);
        return left;
      case SelfTradePrevention.decrementAndCancel: {
        const resting = live.left(slot);
        if (resting <= left) live.delete(slot, EndReason.selfTrade);
        else live.reduce(slot, left);
        const lost = Math.min(resting, left);
        this.drop(order, lost);
        return left - lost;
      }
      case SelfTradePrevention.cancelBoth:
        live.delete(slot, EndReason.selfTrade);
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
