const NONE = 0;

/**
 * Orders of the feed as the simulated book knows them: the feed's ids are integers up to 2^53, the book's small ones.
 *
 * `remaining` is what history has not yet finished of an order. It parts from what rests in the book once orders of ours
 * trade: an order that we were ahead of rests on after history has finished it, one that we took is gone before. A book
 * id is free again when both are done with it.
 *
 * Open addressing with linear probing over the feed's ids; a removal moves later entries back.
 */
export class FeedOrders {
  private readonly keys: Float64Array;
  private readonly places: Int32Array;
  private readonly mask: number;
  private readonly remainingOf: Int32Array;
  private readonly next: Int32Array;
  private free = 1;

  /** @param capacity most orders at a time; book ids are 1 … capacity */
  constructor(readonly capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity * 2 + 2));
    this.mask = size - 1;
    this.keys = new Float64Array(size);
    this.places = new Int32Array(size);
    this.remainingOf = new Int32Array(capacity + 1);
    this.next = Int32Array.from({ length: capacity + 1 }, (_, id) => (id < capacity ? id + 1 : NONE));
  }

  /** The book id of a feed's order that history has not finished, or 0. */
  find(feedId: number): number {
    const { keys, mask } = this;
    for (let place = this.home(feedId); ; place = (place + 1) & mask) {
      const key = keys[place]!;
      if (key === feedId) return this.places[place]!;
      if (key === NONE) return NONE;
    }
  }

  /** A book id for a new order of the feed (a positive integer), or 0 when all are taken. */
  open(feedId: number, quantity: number): number {
    const id = this.free;
    if (id === NONE) return NONE;
    this.free = this.next[id]!;
    this.remainingOf[id] = quantity;
    const { keys, mask } = this;
    let place = this.home(feedId);
    while (keys[place] !== NONE) place = (place + 1) & mask;
    keys[place] = feedId;
    this.places[place] = id;
    return id;
  }

  remaining(id: number): number {
    return this.remainingOf[id]!;
  }

  /** History took `quantity` of the order. Returns what history has left of it. */
  take(id: number, feedId: number, quantity: number): number {
    const left = Math.max(0, this.remainingOf[id]! - quantity);
    this.remainingOf[id] = left;
    if (left === 0) this.forget(feedId);
    return left;
  }

  /** Gives a book id back: history has finished the order and it rests no more. */
  release(id: number): void {
    this.next[id] = this.free;
    this.free = id;
  }

  private home(feedId: number): number {
    const high = Math.floor(feedId / 0x1_0000_0000);
    const mixed = Math.imul((feedId | 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.mask;
  }

  private forget(feedId: number): void {
    const { keys, places, mask } = this;
    let gap = this.home(feedId);
    while (keys[gap] !== feedId) gap = (gap + 1) & mask;
    for (let next = (gap + 1) & mask; keys[next] !== NONE; next = (next + 1) & mask) {
      const distance = (next - this.home(keys[next]!)) & mask;
      if (distance >= ((next - gap) & mask)) {
        keys[gap] = keys[next]!;
        places[gap] = places[next]!;
        gap = next;
      }
    }
    keys[gap] = NONE;
  }
}
