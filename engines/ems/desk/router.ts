import { Side, TimeInForce } from '@nautilus/core/domain';
import { Placement, Queues } from '../routing/placement';
import { Offers, SWEEP_LEVELS, Sweep } from '../routing/sweep';
import type { Venue } from '../venue/venue';
import type { MarketWatch } from './market-watch';
import type { OrderStore } from './order-store';

/** A venue that was late or refused what it should not gets no new orders for so long. */
const AVOID_NS = 5e9;
/** Price levels that are enough for most orders: the others of a venue are read when these are not. */
const FEW_LEVELS = 3;

const opposite = (side: number): number => (side === Side.buy ? Side.sell : Side.buy);

/** Looks at the venues that may be used and splits orders over them; where to is in `sweep` and `placement` after a plan. */
export class Router {
  readonly sweep: Sweep;
  readonly placement: Placement;
  private readonly avoidUntilNs: Float64Array;
  /** 1 while the session with the venue is down. */
  private readonly down: Uint8Array;
  private readonly offers: Offers;
  private readonly queues: Queues;
  private readonly depth = new Float64Array(2 * SWEEP_LEVELS);

  constructor(
    private readonly venues: readonly Venue[],
    private readonly orders: OrderStore,
    private readonly market: MarketWatch,
    private readonly clock: { readonly nowNs: number },
  ) {
    const count = venues.length;
    this.sweep = new Sweep(count);
    this.placement = new Placement(count);
    this.avoidUntilNs = new Float64Array(count);
    this.down = new Uint8Array(count);
    this.offers = new Offers(count);
    this.queues = new Queues(count);
    venues.forEach(({ fees, roundTripNs }, venue) => {
      this.offers.takerFees[venue] = fees.takerFee;
      this.queues.makerFees[venue] = fees.makerFee;
      this.offers.latencyNs[venue] = this.queues.latencyNs[venue] = roundTripNs;
    });
  }

  /** Leaves a venue alone for a while. */
  avoid(venue: number): void {
    this.avoidUntilNs[venue] = this.clock.nowNs + AVOID_NS;
  }

  isDown(venue: number): boolean {
    return this.down[venue] === 1;
  }

  /** `avoided`: it was late or refused orders for a reason of its own, and gets nothing new for a while. */
  stateOf(venue: number): 'up' | 'avoided' | 'down' {
    if (this.isDown(venue)) return 'down';
    return this.clock.nowNs < this.avoidUntilNs[venue]! ? 'avoided' : 'up';
  }

  setDown(venue: number, down: boolean): void {
    this.down[venue] = down ? 1 : 0;
  }

  /** What to take at once within the parent's limit; returns how many shares can be had. */
  planTake(parent: number, quantity: number): number {
    const { of } = this.orders.parents;
    const side = of.side[parent]!;
    const limit = of.limitPrice[parent]!;
    this.readOffers(parent, FEW_LEVELS);
    const sent = this.sweep.plan(this.offers, side, limit, quantity);
    if (sent === quantity) return sent;
    this.readOffers(parent, SWEEP_LEVELS);
    return this.sweep.plan(this.offers, side, limit, quantity);
  }

  /** The venue that alone can fill all of it at the least cost, or -1. */
  planWhole(parent: number, quantity: number): number {
    const { of } = this.orders.parents;
    this.readOffers(parent, SWEEP_LEVELS);
    return this.sweep.planWhole(this.offers, of.side[parent]!, of.limitPrice[parent]!, quantity);
  }

  /** Where to rest; returns how many shares can be. */
  planRest(parent: number, price: number, quantity: number, timeInForce: number, forNs: number): number {
    this.readQueues(parent, price, timeInForce, forNs);
    return this.placement.plan(this.queues, quantity);
  }

  private usable(venue: number, instrument: number): boolean {
    return (
      this.down[venue] === 0 &&
      this.clock.nowNs >= this.avoidUntilNs[venue]! &&
      this.venues[venue]!.trades(instrument) &&
      !this.market.isStale(instrument, venue)
    );
  }

  private readOffers(parent: number, most: number): void {
    const { of } = this.orders.parents;
    const instrument = of.instrument[parent]!;
    const side = opposite(of.side[parent]!);
    const { levels, depth } = this.offers;
    for (let venue = 0; venue < this.venues.length; venue++)
      levels[venue] = this.usable(venue, instrument)
        ? this.venues[venue]!.readDepth(instrument, side, most, depth[venue]!)
        : 0;
  }

  private readQueues(parent: number, price: number, timeInForce: number, forNs: number): void {
    const { of } = this.orders.parents;
    const instrument = of.instrument[parent]!;
    const side = of.side[parent]!;
    const { queues, depth } = this;
    for (let venue = 0; venue < this.venues.length; venue++) {
      const touch = this.venues[venue]!.best(instrument, opposite(side));
      const takes = touch > 0 && (side === Side.buy ? touch <= price : touch >= price);
      const usable = this.usable(venue, instrument) && !(takes && timeInForce === TimeInForce.postOnly);
      queues.usable[venue] = usable ? 1 : 0;
      const levels = this.venues[venue]!.readDepth(instrument, side, SWEEP_LEVELS, depth);
      let ahead = 0;
      for (let level = 0; level < levels; level++)
        if (side === Side.buy ? depth[2 * level]! >= price : depth[2 * level]! <= price) ahead += depth[2 * level + 1]!;
      queues.ahead[venue] = ahead;
      queues.expected[venue] = this.market.expected(instrument, venue, side, this.clock.nowNs, forNs);
    }
  }
}
