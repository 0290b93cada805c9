import { Side } from '@nautilus/core/domain';

/** Prices with the order that each belongs to, the one that triggers first on top; equal prices by order number. */
class PriceHeap {
  private prices = new Int32Array(64);
  private orders = new Int32Array(64);
  private size = 0;

  /** @param sign 1: the lowest price is on top, -1: the highest */
  constructor(private readonly sign: 1 | -1) {}

  get empty(): boolean {
    return this.size === 0;
  }

  get price(): number {
    return this.prices[0] as number;
  }

  get order(): number {
    return this.orders[0] as number;
  }

  push(price: number, order: number): void {
    if (this.size === this.prices.length) this.grow();
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(price, order, above)) break;
      this.move(above, at);
      at = above;
    }
    this.prices[at] = price;
    this.orders[at] = order;
  }

  pop(): void {
    const last = --this.size;
    const price = this.prices[last] as number;
    const order = this.orders[last] as number;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= last) break;
      if (below + 1 < last && this.isBefore(this.prices[below + 1] as number, this.orders[below + 1] as number, below))
        below++;
      if (this.isBefore(price, order, below)) break;
      this.move(below, at);
      at = below;
    }
    this.prices[at] = price;
    this.orders[at] = order;
  }

  private isBefore(price: number, order: number, other: number): boolean {
    const gap = (price - (this.prices[other] as number)) * this.sign;
    return gap < 0 || (gap === 0 && order < (this.orders[other] as number));
  }

  private move(from: number, to: number): void {
    this.prices[to] = this.prices[from] as number;
    this.orders[to] = this.orders[from] as number;
  }

  private grow(): void {
    const prices = new Int32Array(this.prices.length * 2);
    prices.set(this.prices);
    this.prices = prices;
    const orders = new Int32Array(prices.length);
    orders.set(this.orders);
    this.orders = orders;
  }
}

interface Stops {
  readonly buys: PriceHeap;
  readonly sells: PriceHeap;
}

/**
 * Stops that wait for their price, by instrument: a trade costs a look at the nearest stop of each side, however many there are.
 * An order that was changed or has ended leaves its entry behind; whoever takes it from the top asks whether it still stands.
 */
export class StopBook {
  private readonly stops = new Map<number, Stops>();
  /** Instruments with stops, to be looked at in turn. */
  readonly instruments: number[] = [];

  add(instrument: number, side: number, stopPrice: number, index: number): void {
    let stops = this.stops.get(instrument);
    if (stops === undefined) {
      stops = { buys: new PriceHeap(1), sells: new PriceHeap(-1) };
      this.stops.set(instrument, stops);
      this.instruments.push(instrument);
    }
    (side === Side.buy ? stops.buys : stops.sells).push(stopPrice, index);
  }

  /** Takes the next entry that a trade at `last` reaches: index of its order, or -1. A buy is reached from below, a sell from above. */
  take(instrument: number, last: number): number {
    const { buys, sells } = this.stops.get(instrument) as Stops;
    let heap: PriceHeap;
    if (!buys.empty && buys.price <= last) heap = buys;
    else if (!sells.empty && sells.price >= last) heap = sells;
    else return -1;
    const { order } = heap;
    heap.pop();
    return order;
  }
}
