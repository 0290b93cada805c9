import { IdTable } from '../id-table';

const NONE = 0;

/**
 * Orders of the feed as the simulated book knows them: the feed's ids are integers up to 2^53, the book's small ones.
 *
 * `remaining` is what history has not yet finished of an order. It parts from what rests in the book once orders of ours
 * trade: an order that we were ahead of rests on after history has finished it, one that we took is gone before. A book
 * id is free again when both are done with it.
 */
export class FeedOrders {
  private readonly ids: IdTable;
  private readonly remainingOf: Int32Array;
  private readonly next: Int32Array;
  private free = 1;

  /** @param capacity most orders at a time; book ids are 1 … capacity */
  constructor(readonly capacity: number) {
    this.ids = new IdTable(capacity);
    this.remainingOf = new Int32Array(capacity + 1);
    this.next = Int32Array.from({ length: capacity + 1 }, (_, id) => (id < capacity ? id + 1 : NONE));
  }

  /** The book id of a feed's order that history has not finished, or 0. */
  find(feedId: number): number {
    const id = this.ids.get(feedId);
    return id < 0 ? NONE : id;
  }

  /** A book id for a new order of the feed (a positive integer), or 0 when all are taken. */
  open(feedId: number, quantity: number): number {
    const id = this.free;
    if (id === NONE) return NONE;
    this.free = this.next[id]!;
    this.remainingOf[id] = quantity;
    this.ids.add(feedId, id);
    return id;
  }

  remaining(id: number): number {
    return this.remainingOf[id]!;
  }

  /** History took `quantity` of the order. Returns what history has left of it. */
  take(id: number, feedId: number, quantity: number): number {
    const left = Math.max(0, this.remainingOf[id]! - quantity);
    this.remainingOf[id] = left;
    if (left === 0) this.ids.remove(feedId);
    return left;
  }

  /** Gives a book id back: history has finished the order and it rests no more. */
  release(id: number): void {
    this.next[id] = this.free;
    this.free = id;
  }
}
