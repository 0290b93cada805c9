import { Side, TimeInForce } from '@nautilus/core/domain';
import { Reject } from '@nautilus/core/matching';

interface Order {
  readonly id: number;
  readonly side: number;
  price: number;
  quantity: number;
}

export interface Fill {
  readonly maker: number;
  readonly taker: number;
  readonly price: number;
  readonly quantity: number;
  readonly makerLeft: number;
}

const isPositive32 = (value: number) => Number.isInteger(value) && value >= 1 && value <= 0x7fffffff;

/** The obviously right book: for each side a map from price to a queue, searched from one end to the other. */
export class NaiveBook {
  fills: Fill[] = [];
  private readonly queues = [new Map<number, Order[]>(), new Map<number, Order[]>()];
  private readonly orders = new Map<number, Order>();

  constructor(
    private readonly capacity: number,
    private readonly increment = 1,
  ) {}

  get size(): number {
    return this.orders.size;
  }

  submitLimit(id: number, side: number, price: number, quantity: number, timeInForce: number): number {
    this.fills = [];
    const refused = this.check(id, side, quantity) || this.checkPrice(price);
    if (refused) return refused;
    const reachable = this.available(1 - side, (resting) => (side === Side.buy ? resting <= price : resting >= price));
    if (timeInForce === TimeInForce.postOnly && reachable > 0) return Reject.wouldTake;
    if (timeInForce === TimeInForce.fok && reachable < quantity) return 0;
    const rests = timeInForce === TimeInForce.day || timeInForce === TimeInForce.postOnly;
    if (rests && reachable === 0 && this.orders.size === this.capacity) return Reject.full;
    return this.trade(id, side, price, quantity, rests);
  }

  submitMarket(id: number, side: number, quantity: number): number {
    this.fills = [];
    return (
      this.check(id, side, quantity) ||
      this.trade(id, side, side === Side.buy ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, quantity, false)
    );
  }

  rest(id: number, side: number, price: number, quantity: number): number {
    this.fills = [];
    const refused = this.check(id, side, quantity) || this.checkPrice(price);
    if (refused) return refused;
    if (this.orders.size === this.capacity) return Reject.full;
    this.add({ id, side, price, quantity });
    return 0;
  }

  cancel(id: number): number {
    this.fills = [];
    const order = this.orders.get(id);
    if (!order) return Reject.unknownOrder;
    this.remove(order);
    return order.quantity;
  }

  reduce(id: number, by: number): number {
    this.fills = [];
    const order = this.orders.get(id);
    if (!order) return Reject.unknownOrder;
    if (!isPositive32(by)) return Reject.quantity;
    if (by >= order.quantity) return this.cancel(id);
    order.quantity -= by;
    return by;
  }

  replace(id: number, price: number, quantity: number): number {
    this.fills = [];
    const order = this.orders.get(id);
    if (!order) return Reject.unknownOrder;
    if (!isPositive32(quantity)) return Reject.quantity;
    const refused = this.checkPrice(price);
    if (refused) return refused;
    if (order.price === price && quantity <= order.quantity) {
      order.quantity = quantity;
      return 0;
    }
    this.remove(order);
    return this.trade(id, order.side, price, quantity, true);
  }

  /** [price, quantity, number of orders], best first. */
  depth(side: number): [number, number, number][] {
    return this.prices(side).map((price) => {
      const queue = this.queues[side]!.get(price)!;
      return [price, queue.reduce((sum, order) => sum + order.quantity, 0), queue.length];
    });
  }

  /** [id, side, price, quantity] in priority order. */
  list(): [number, number, number, number][] {
    return [Side.buy, Side.sell].flatMap((side) =>
      this.prices(side).flatMap((price) =>
        this.queues[side]!.get(price)!.map((o): [number, number, number, number] => [o.id, side, o.price, o.quantity]),
      ),
    );
  }

  quantityAhead(id: number): number {
    const order = this.orders.get(id);
    if (!order) return Reject.unknownOrder;
    const queue = this.queues[order.side]!.get(order.price)!;
    return queue.slice(0, queue.indexOf(order)).reduce((sum, other) => sum + other.quantity, 0);
  }

  private check(id: number, side: number, quantity: number): number {
    if (!isPositive32(id)) return Reject.orderId;
    if (side !== Side.buy && side !== Side.sell) return Reject.side;
    if (!isPositive32(quantity)) return Reject.quantity;
    return this.orders.has(id) ? Reject.duplicateOrder : 0;
  }

  private checkPrice(price: number): number {
    const fits = Number.isInteger(price) && price >= -0x80000000 && price <= 0x7fffffff;
    return fits && price % this.increment === 0 ? 0 : Reject.price;
  }

  private prices(side: number): number[] {
    return [...this.queues[side]!.keys()].sort((a, b) => (side === Side.buy ? b - a : a - b));
  }

  private available(side: number, reachable: (price: number) => boolean): number {
    return this.list()
      .filter(([, orderSide, price]) => orderSide === side && reachable(price))
      .reduce((sum, [, , , quantity]) => sum + quantity, 0);
  }

  private trade(id: number, side: number, limit: number, quantity: number, rests: boolean): number {
    let left = quantity;
    while (left > 0) {
      const best = this.best(1 - side);
      if (best === undefined || (side === Side.buy ? best > limit : best < limit)) break;
      const maker = this.queues[1 - side]!.get(best)![0]!;
      const traded = Math.min(left, maker.quantity);
      left -= traded;
      maker.quantity -= traded;
      this.fills.push({ maker: maker.id, taker: id, price: best, quantity: traded, makerLeft: maker.quantity });
      if (maker.quantity === 0) this.remove(maker);
    }
    if (left > 0 && rests) this.add({ id, side, price: limit, quantity: left });
    return quantity - left;
  }

  best(side: number): number | undefined {
    let best: number | undefined;
    for (const price of this.queues[side]!.keys())
      if (best === undefined || (side === Side.buy ? price > best : price < best)) best = price;
    return best;
  }

  private add(order: Order): void {
    this.orders.set(order.id, order);
    const queue = this.queues[order.side]!.get(order.price);
    if (queue) queue.push(order);
    else this.queues[order.side]!.set(order.price, [order]);
  }

  private remove(order: Order): void {
    const queue = this.queues[order.side]!.get(order.price)!;
    queue.splice(queue.indexOf(order), 1);
    if (queue.length === 0) this.queues[order.side]!.delete(order.price);
    this.orders.delete(order.id);
  }
}
