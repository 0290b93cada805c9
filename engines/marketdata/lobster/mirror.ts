import { OrderBook } from '@nautilus/core/matching';
import { LobsterType } from './line-parser';
import type { LobsterSession } from './load';
import type { UnseenOrder } from './order-history';

/** An empty book that is large enough for a session. */
const bookFor = ({ mostOrders, increment }: LobsterSession): OrderBook =>
  new OrderBook({ capacity: mostOrders, increment });

/** The venue's own book as a session's events make it. The venue has matched already: nothing is matched here. */
export class BookMirror {
  private next = 0;

  constructor(
    private readonly session: LobsterSession,
    readonly book: OrderBook = bookFor(session),
  ) {}

  /** The order that must be put into the book before event `index`, if one is left; call until there is none. */
  takeUnseen(index: number): UnseenOrder | undefined {
    const order = this.session.unseen[this.next];
    if (order === undefined || order.before > index) return undefined;
    this.next++;
    this.book.rest(order.id, order.side, order.price, order.quantity);
    return order;
  }

  /** Applies event `index`; unseen orders due before it must have been taken. */
  apply(index: number): void {
    const { type, orderId, side, price, size } = this.session.events;
    switch (type[index]) {
      case LobsterType.add:
        this.book.rest(orderId[index]!, side[index]!, price[index]!, size[index]!);
        break;
      case LobsterType.reduce:
      case LobsterType.execute:
        this.book.reduce(orderId[index]!, size[index]!);
        break;
      case LobsterType.remove:
        this.book.cancel(orderId[index]!);
        break;
    }
  }

  /** Applies everything up to and including event `index`; `from` is the first event not applied yet. */
  advance(from: number, index: number): void {
    for (let at = from; at <= index; at++) {
      while (this.takeUnseen(at) !== undefined);
      this.apply(at);
    }
  }
}
