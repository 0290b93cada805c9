/** A market that trades without us, event by event: what a feed tells, and what every book of it then holds. */
import { BookEventKind, Side } from '../../engines/core/domain';
import type { Draw } from './engine-twins';

export interface MarketOrder {
  readonly orderId: number;
  readonly side: number;
  /** Price units. */
  readonly price: number;
  quantity: number;
}

export interface MarketEvent {
  readonly kind: number;
  readonly orderId: number;
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
}

const TICK = 100;
const FEWEST = 4;
const MOST = 40;

/** One instrument: its resting orders in priority order, best first, as plain arrays. */
export class RecordedMarket {
  private readonly queues: [MarketOrder[], MarketOrder[]] = [[], []];
  last: number;

  /** @param orderIds gives a new number at each call, over all instruments */
  constructor(
    middle: number,
    private readonly draw: Draw,
    private readonly orderIds: () => number,
  ) {
    this.last = middle;
  }

  /** In priority order, bids first. */
  orders(): readonly MarketOrder[] {
    return this.queues.flat();
  }

  best(side: number): MarketOrder | undefined {
    return this.queues[side as 0 | 1][0];
  }

  /** What happens next. */
  next(): MarketEvent {
    const side = this.draw(2);
    const queue = this.queues[side as 0 | 1];
    const choice = this.draw(100);
    if (queue.length < FEWEST || (choice < 45 && queue.length < MOST)) return this.add(side);
    const order = queue[choice < 75 ? 0 : this.draw(queue.length)] as MarketOrder;
    if (choice >= 90) return this.take(BookEventKind.remove, order, order.quantity);
    const part = 1 + this.draw(order.quantity);
    if (choice >= 75 && part < order.quantity) return this.take(BookEventKind.reduce, order, part);
    this.last = (queue[0] as MarketOrder).price;
    return this.take(
      BookEventKind.execute,
      queue[0] as MarketOrder,
      Math.min(part, (queue[0] as MarketOrder).quantity),
    );
  }

  private add(side: number): MarketEvent {
    const other = this.best(1 - side)?.price;
    const own = this.best(side)?.price ?? this.last;
    const step = (this.draw(8) - 2) * TICK;
    let price = side === Side.buy ? own - step : own + step;
    // A feed shows no order that trades at once.
    if (other !== undefined) price = side === Side.buy ? Math.min(price, other - TICK) : Math.max(price, other + TICK);
    const order = { orderId: this.orderIds(), side, price: Math.max(TICK, price), quantity: 1 + this.draw(400) };
    const queue = this.queues[side as 0 | 1];
    const behind = queue.findIndex((resting) =>
      side === Side.buy ? resting.price < order.price : resting.price > order.price,
    );
    queue.splice(behind < 0 ? queue.length : behind, 0, order);
    return { kind: BookEventKind.add, ...order };
  }

  private take(kind: number, order: MarketOrder, quantity: number): MarketEvent {
    order.quantity -= quantity;
    const { orderId, side, price } = order;
    if (order.quantity === 0) {
      const queue = this.queues[side as 0 | 1];
      queue.splice(queue.indexOf(order), 1);
    }
    return { kind, orderId, side, price, quantity };
  }
}
