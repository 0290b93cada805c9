import type { EventColumns } from './event-columns';
import { Field, LobsterType } from './line-parser';

/** An order that the file speaks of but never shows as new. */
export interface UnseenOrder {
  readonly id: number;
  readonly side: number;
  readonly price: number;
  /** What the file takes off it, all in all: at least this much rested. */
  quantity: number;
  /** Index of the event before which it is put into the book. */
  before: number;
}

/** Why an event contradicts what the file said before. */
export interface Contradiction {
  readonly field: number;
  readonly allowed: string;
}

/**
 * Follows every order of a file, so that an event that cannot be true is found where it stands, and the orders that
 * must have rested unseen are found at all.
 *
 * The files hold what happens in the best levels of the book from the first event on. An id that is taken from without
 * having been new belongs to an order from before the first event, or to one that was entered further away from the
 * market than the file reaches. Its side and price stand in the event; its quantity is the sum of what is taken from it
 * in the whole file. See the engine's README for the assumptions and the measured agreement.
 */
export class OrderHistory {
  /** Event that showed a resting order as new, by id. */
  private readonly shown = new Map<number, number>();
  private readonly left: number[] = [];
  private readonly unseen = new Map<number, UnseenOrder>();
  /** Unseen orders may not be referred to again after they were deleted. */
  private readonly gone = new Set<number>();
  private resting = 0;
  private most = 0;

  constructor(private readonly events: EventColumns) {}

  /** Takes the event that is about to become event number `index`, or says why it cannot be. */
  follow(
    index: number,
    type: number,
    id: number,
    size: number,
    price: number,
    side: number,
  ): Contradiction | undefined {
    if (type > LobsterType.execute) return undefined;
    const origin = this.shown.get(id);
    if (type === LobsterType.add) {
      if (origin !== undefined || this.unseen.has(id))
        return { field: Field.orderId, allowed: 'an id that no earlier event of the file has for another order' };
      this.shown.set(id, index);
      this.left[index] = size;
      this.resting++;
      if (this.resting > this.most) this.most = this.resting;
      return undefined;
    }
    return origin === undefined
      ? this.takeFromUnseen(index, type, id, size, price, side)
      : this.takeFromShown(origin, type, id, size, price, side);
  }

  /** No more orders than this rest at a time. */
  mostOrders(): number {
    return Math.max(1, this.most + this.unseen.size);
  }

  /** Orders that the file never shows as new, in the order in which they are to be put into the book. */
  unseenOrders(): UnseenOrder[] {
    const byId = [...this.unseen.values()].sort((a, b) => a.id - b.id);
    const { type, orderId, count } = this.events;
    let next = 0;
    for (let index = 0; index < count && next < byId.length; index++) {
      if (type[index] !== LobsterType.add) continue;
      while (next < byId.length && byId[next]!.id < orderId[index]!) {
        const order = byId[next++]!;
        order.before = Math.min(order.before, index);
      }
    }
    return byId.sort((a, b) => a.before - b.before || a.id - b.id);
  }

  private takeFromShown(
    origin: number,
    type: number,
    id: number,
    size: number,
    price: number,
    side: number,
  ): Contradiction | undefined {
    if (price !== this.events.price[origin]) return mismatch(Field.price, this.events.price[origin]!);
    if (side !== this.events.side[origin]) return mismatch(Field.direction, this.events.side[origin] === 0 ? 1 : -1);
    const left = this.left[origin]!;
    if (size > left || (type === LobsterType.remove && size !== left))
      return {
        field: Field.size,
        allowed: `${type === LobsterType.remove ? 'exactly' : 'at most'} the ${left} that order ${id} has left`,
      };
    this.left[origin] = left - size;
    if (size === left) this.resting--;
    return undefined;
  }

  private takeFromUnseen(
    index: number,
    type: number,
    id: number,
    size: number,
    price: number,
    side: number,
  ): Contradiction | undefined {
    const order = this.unseen.get(id);
    if (!order) this.unseen.set(id, { id, side, price, quantity: size, before: index });
    else {
      if (this.gone.has(id)) return { field: Field.orderId, allowed: 'an order that was not deleted before' };
      if (price !== order.price) return mismatch(Field.price, order.price);
      if (side !== order.side) return mismatch(Field.direction, order.side === 0 ? 1 : -1);
      order.quantity += size;
    }
    if (type === LobsterType.remove) this.gone.add(id);
    return undefined;
  }
}

const mismatch = (field: number, expected: number): Contradiction => ({
  field,
  allowed: `${expected}, as where the order was met first`,
});
