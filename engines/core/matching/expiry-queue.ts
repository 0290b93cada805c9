const NOWHERE = -1;

/**
 * The orders that end at a time, soonest first and by id among equal times: a binary heap of orders' numbers that knows
 * where each stands, so that an order leaves it in logarithmic time when it is filled or cancelled.
 */
export class ExpiryQueue {
  /** Orders that wait for their end. */
  count = 0;
  private readonly heap: Int32Array;
  private readonly positions: Int32Array;

  /**
   * @param times when the order of a number ends
   * @param ids id of the order of a number
   */
  constructor(
    private readonly times: Float64Array,
    private readonly ids: Int32Array,
  ) {
    this.heap = new Int32Array(times.length);
    this.positions = new Int32Array(times.length).fill(NOWHERE);
  }

  /** Number of the order that ends first; there must be one. */
  get first(): number {
    return this.heap[0]!;
  }

  add(order: number): void {
    this.rise(this.count++, order);
  }

  remove(order: number): void {
    const hole = this.positions[order]!;
    this.positions[order] = NOWHERE;
    const last = this.heap[--this.count]!;
    if (last === order) return;
    this.sink(hole, last);
    if (this.positions[last] === hole) this.rise(hole, last);
  }

  private before(one: number, other: number): boolean {
    const difference = this.times[one]! - this.times[other]!;
    return difference < 0 || (difference === 0 && this.ids[one]! < this.ids[other]!);
  }

  private rise(from: number, order: number): void {
    const { heap, positions } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent]!;
      if (!this.before(order, above)) break;
      heap[place] = above;
      positions[above] = place;
      place = parent;
    }
    heap[place] = order;
    positions[order] = place;
  }

  private sink(from: number, order: number): void {
    const { heap, positions, count } = this;
    let place = from;
    for (let child = 2 * place + 1; child < count; child = 2 * place + 1) {
      if (child + 1 < count && this.before(heap[child + 1]!, heap[child]!)) child++;
      const below = heap[child]!;
      if (!this.before(below, order)) break;
      heap[place] = below;
      positions[below] = place;
      place = child;
    }
    heap[place] = order;
    positions[order] = place;
  }
}
