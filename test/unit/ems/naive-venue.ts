/** The simulated venue as one would explain it: a list of orders, sorted anew for every question. */
import { Side, TimeInForce } from '@nautilus/core/domain';

export interface NaiveOrder {
  /** Feed id, or the negative child number of an order of ours. */
  readonly id: number;
  readonly side: number;
  price: number;
  left: number;
  rank: number;
}

/** [child, price, quantity, 1 when our order was resting] */
export type NaiveFill = readonly [number, number, number, number];

export class NaiveVenue {
  orders: NaiveOrder[] = [];
  fills: NaiveFill[] = [];
  private readonly remaining = new Map<number, number>();
  private readonly traded = new Map<number, number>();
  private ranks = 0;

  queue(side: number): NaiveOrder[] {
    const better = side === Side.buy ? -1 : 1;
    return this.orders
      .filter((order) => order.side === side)
      .sort((a, b) => better * (a.price - b.price) || a.rank - b.rank);
  }

  add(id: number, side: number, price: number, quantity: number): void {
    const left = this.take(id, side, price, quantity, true);
    this.remaining.set(id, quantity);
    if (left > 0) this.rest(id, side, price, left);
  }

  reduce(id: number, quantity: number): void {
    const order = this.orders.find((each) => each.id === id);
    if (order) this.leave(order, Math.max(0, order.left - quantity));
    this.history(id, quantity);
  }

  remove(id: number): void {
    this.orders = this.orders.filter((order) => order.id !== id);
    this.remaining.delete(id);
  }

  execute(id: number, side: number, price: number, quantity: number): void {
    if (!this.remaining.has(id)) return;
    const aggressor = side === Side.buy ? Side.sell : Side.buy;
    const left = this.take(0, aggressor, price, quantity, true);
    const named = this.orders.find((order) => order.id === id);
    const hit = Math.min(left, named?.left ?? 0);
    if (named) this.leave(named, named.left - hit);
    this.take(0, aggressor, price, left - hit);
    this.history(id, quantity);
  }

  /** Returns what is left of it and does not rest: refused or expired. */
  submit(child: number, side: number, price: number, quantity: number, timeInForce: number): number {
    const reachable = this.queue(side === Side.buy ? Side.sell : Side.buy).filter((order) =>
      side === Side.buy ? order.price <= price : order.price >= price,
    );
    const offered = reachable.reduce((sum, { left }) => sum + left, 0);
    if (timeInForce === TimeInForce.postOnly && offered > 0) return quantity;
    if (timeInForce === TimeInForce.fok && offered < quantity) return quantity;
    const left = this.take(-child, side, price, quantity);
    const rests = timeInForce === TimeInForce.day || timeInForce === TimeInForce.postOnly;
    if (rests && left > 0) this.rest(-child, side, price, left);
    return rests ? 0 : left;
  }

  cancel(child: number): number {
    const order = this.orders.find(({ id }) => id === -child);
    if (order) this.leave(order, 0);
    return order ? order.left : -1;
  }

  replace(child: number, price: number, total: number): void {
    const order = this.orders.find(({ id }) => id === -child);
    const quantity = total - (this.traded.get(child) ?? 0);
    if (!order) return;
    if (quantity <= 0) {
      this.leave(order, 0);
      return;
    }
    if (order.price === price && quantity <= order.left) order.left = quantity;
    else {
      this.leave(order, 0);
      const left = this.take(-child, order.side, price, quantity);
      if (left > 0) this.rest(-child, order.side, price, left);
    }
  }

  private rest(id: number, side: number, price: number, left: number): void {
    this.orders.push({ id, side, price, left, rank: ++this.ranks });
  }

  private leave(order: NaiveOrder, left: number): void {
    if (left === 0) this.orders = this.orders.filter((each) => each !== order);
    else order.left = left;
  }

  private history(id: number, quantity: number): void {
    const left = (this.remaining.get(id) ?? 0) - quantity;
    if (left > 0) this.remaining.set(id, left);
    else this.remaining.delete(id);
  }

  /** @param onlyOurs stops at the first order that history has not finished and that is not ours */
  private take(taker: number, side: number, limit: number, quantity: number, onlyOurs = false): number {
    let left = quantity;
    for (const maker of this.queue(side === Side.buy ? Side.sell : Side.buy)) {
      if (left === 0 || (side === Side.buy ? maker.price > limit : maker.price < limit)) break;
      if (onlyOurs && maker.id > 0 && this.remaining.has(maker.id)) break;
      const traded = Math.min(left, maker.left);
      left -= traded;
      this.leave(maker, maker.left - traded);
      if (maker.id < 0) this.fill(-maker.id, maker.price, traded, 1);
      if (taker < 0) this.fill(-taker, maker.price, traded, 0);
    }
    return left;
  }

  private fill(child: number, price: number, quantity: number, maker: number): void {
    this.traded.set(child, (this.traded.get(child) ?? 0) + quantity);
    this.fills.push([child, price, quantity, maker]);
  }
}
