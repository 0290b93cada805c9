import { BookEventKind, Side } from '@nautilus/core/domain';
import type { FeedEvent } from '../../engines/marketdata/feeds/feed';

/** The obvious book of all venues: orders in a map, quantities by price in a map a side, the best price searched for. */
export class NaiveMarket {
  /** Quantity at the price that `best` returned last. */
  bestQuantity = 0;
  private readonly orders = new Map<number, { readonly side: number; readonly price: number; left: number }>();
  private readonly levels = [new Map<number, number>(), new Map<number, number>()] as const;

  apply({ kind, orderId, side, price, quantity }: FeedEvent): void {
    if (kind === BookEventKind.add) {
      this.orders.set(orderId, { side, price, left: quantity });
      this.change(side, price, quantity);
      return;
    }
    const order = this.orders.get(orderId)!;
    const taken = kind === BookEventKind.remove ? order.left : quantity;
    order.left -= taken;
    if (order.left === 0) this.orders.delete(orderId);
    this.change(order.side, order.price, -taken);
  }

  best(side: number): number {
    const prices = this.levels[side as 0 | 1].keys();
    let best = 0;
    for (const price of prices) if (best === 0 || (side === Side.buy ? price > best : price < best)) best = price;
    this.bestQuantity = this.levels[side as 0 | 1].get(best) ?? 0;
    return best;
  }

  private change(side: number, price: number, by: number): void {
    const levels = this.levels[side as 0 | 1];
    const quantity = (levels.get(price) ?? 0) + by;
    if (quantity === 0) levels.delete(price);
    else levels.set(price, quantity);
  }
}
