import { Side } from '@nautilus/core/domain';

/** Price levels of a venue that are looked at. */
export const SWEEP_LEVELS = 32;

/** What several venues offer, and what it costs there: the router's input, filled anew for each question. */
export class Offers {
  /** By venue, [price, quantity, price, quantity …] from the best price on. */
  readonly depth: readonly Float64Array[];
  /** Levels by venue; 0 for one that must not be used. */
  readonly levels: Int32Array;
  /** 1e-4 of the currency a share. */
  readonly takerFees: Float64Array;
  readonly latencyNs: Float64Array;

  constructor(readonly venues: number) {
    this.depth = Array.from({ length: venues }, () => new Float64Array(2 * SWEEP_LEVELS));
    this.levels = new Int32Array(venues);
    this.takerFees = new Float64Array(venues);
    this.latencyNs = new Float64Array(venues);
  }
}

/**
 * Splits what must trade now over the venues so that it costs least, fees included: always the cheapest share that is left, at equal
 * cost the nearer venue, then the first. That is optimal, for within a venue prices only get worse, so each of its shares becomes
 * available when all cheaper ones are taken. The limit is one of the price alone.
 *
 * Allocates nothing.
 */
export class Sweep {
  /** Shares by venue. */
  readonly quantities: Int32Array;
  /** The worst price that is needed for them, price units: the limit of the order that goes there. */
  readonly limits: Int32Array;
  /** By venue: the level that is taken from next. */
  private readonly place: Int32Array;

  constructor(venues: number) {
    this.quantities = new Int32Array(venues);
    this.limits = new Int32Array(venues);
    this.place = new Int32Array(venues);
  }

  /**
   * @param side of our order
   * @param limit price units, 0 for none
   * @returns shares that could be placed
   */
  plan(offers: Offers, side: number, limit: number, quantity: number): number {
    const { quantities, limits, place } = this;
    quantities.fill(0);
    place.fill(0);
    let left = quantity;
    while (left > 0) {
      const venue = this.cheapest(offers, side, limit);
      if (venue < 0) break;
      const levels = offers.depth[venue]!;
      const at = 2 * place[venue]!;
      const shares = Math.min(left, levels[at + 1]!);
      quantities[venue]! += shares;
      limits[venue] = levels[at]!;
      left -= shares;
      place[venue]! += 1;
    }
    return quantity - left;
  }

  /** The venue that alone can fill all of it at the least cost, or -1. */
  planWhole(offers: Offers, side: number, limit: number, quantity: number): number {
    let best = -1;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let venue = 0; venue < offers.venues; venue++) {
      const levels = offers.depth[venue]!;
      let left = quantity;
      let cost = offers.takerFees[venue]! * quantity;
      for (let level = 0; level < offers.levels[venue]! && left > 0; level++) {
        const price = levels[2 * level]!;
        if (!within(side, limit, price)) break;
        const shares = Math.min(left, levels[2 * level + 1]!);
        cost += side === Side.buy ? price * shares : -price * shares;
        left -= shares;
      }
      if (left === 0 && cost < bestCost) {
        best = venue;
        bestCost = cost;
      }
    }
    return best;
  }

  private cheapest(offers: Offers, side: number, limit: number): number {
    let best = -1;
    let bestCost = 0;
    for (let venue = 0; venue < offers.venues; venue++) {
      if (this.place[venue]! >= offers.levels[venue]!) continue;
      const price = offers.depth[venue]![2 * this.place[venue]!]!;
      if (!within(side, limit, price)) continue;
      const cost = (side === Side.buy ? price : -price) + offers.takerFees[venue]!;
      const nearer = best >= 0 && cost === bestCost && offers.latencyNs[venue]! < offers.latencyNs[best]!;
      if (best < 0 || cost < bestCost || nearer) {
        best = venue;
        bestCost = cost;
      }
    }
    return best;
  }
}

const within = (side: number, limit: number, price: number): boolean =>
  limit === 0 || (side === Side.buy ? price <= limit : price >= limit);
