import { Side } from '../domain';
import type { LiveOrders } from './live-orders';
import type { MarketState } from './market-state';
import { BandPolicy, EndReason, MatchingOrderType, type NewOrder } from './order';
import { Reject } from './reject';
import { RANK, rankOf } from './resting-orders';

const LOWEST_TICK = -0x80000000;
const HIGHEST_TICK = 0x7fffffff;

/**
 * Which prices an order may have, and how far it may trade.
 *
 * The price bands hold for trades. A buyer above them or a seller below them could trade outside, so such an order is
 * refused or priced back to the band; a buyer below or a seller above can only wait, and the policy `slide` lets it.
 */
export class PriceLimits {
  /** Largest and smallest multiple of the increment, in ticks: where market orders of an auction stand. */
  private readonly highest: number;
  private readonly lowest: number;

  constructor(
    private readonly live: LiveOrders,
    private readonly state: MarketState,
    private readonly policy: number,
  ) {
    const { increment } = live.book;
    this.highest = Math.floor(HIGHEST_TICK / increment);
    this.lowest = Math.ceil(LOWEST_TICK / increment);
  }

  isMultiple(price: number): boolean {
    const { book } = this.live;
    return Math.imul(book.tickOf(price), book.increment) === price;
  }

  /** A multiple of the increment that is not kept for market orders. */
  isLimitPrice(price: number): boolean {
    const tick = this.live.book.tickOf(price);
    return tick !== this.highest && tick !== this.lowest && this.isMultiple(price);
  }

  /** 0 or a `Reject` for a limit price. */
  refuse(price: number): number {
    if (!this.isLimitPrice(price)) return Reject.price;
    if (this.policy === BandPolicy.slide) return 0;
    const tick = this.live.book.tickOf(price);
    return tick < this.state.lowerTick || tick > this.state.upperTick ? Reject.band : 0;
  }

  /** Worst rank of the other side with which an order trades: its limit, within the bands. */
  worstRank({ type, side, price }: NewOrder): number {
    const { upperTick, lowerTick } = this.state;
    const market = type === MatchingOrderType.market;
    const tick = this.live.book.tickOf(price);
    if (side === Side.buy) return market || tick > upperTick ? upperTick : tick;
    return ~(market || tick < lowerTick ? lowerTick : tick);
  }

  /** The rank of `worstRank` for which every price will do. */
  anyPrice(side: number): number {
    return side === Side.buy ? this.highest : ~this.lowest;
  }

  /** The price to a rank of `worstRank`. */
  priceOf(side: number, rank: number): number {
    return (side === Side.buy ? rank : ~rank) * this.live.book.increment;
  }

  /** Lowest and highest price of a trade, price units. */
  get lower(): number {
    return this.state.lowerTick * this.live.book.increment;
  }

  get upper(): number {
    return this.state.upperTick * this.live.book.increment;
  }

  /** Returns how many orders had to go or move, or `Reject.price`. */
  setBands(lower: number, upper: number): number {
    if (!this.isLimitPrice(lower) || !this.isLimitPrice(upper) || lower > upper) return Reject.price;
    const { book } = this.live;
    this.state.lowerTick = book.tickOf(lower);
    this.state.upperTick = book.tickOf(upper);
    return this.clear(Side.buy, upper) + this.clear(Side.sell, lower);
  }

  clearBands(): void {
    this.state.lowerTick = LOWEST_TICK;
    this.state.upperTick = HIGHEST_TICK;
  }

  /** Deletes or moves the limit orders of a side with a better price than `edge`. */
  private clear(side: number, edge: number): number {
    const { live, policy } = this;
    const { book } = live;
    const { records } = book;
    const rank = rankOf(side, book.tickOf(edge));
    const outside: number[] = [];
    if (book.reaches(side, rank - 1))
      book.forEachOf(side, (at) => {
        if (records[at | RANK]! < rank && live.type(at) === MatchingOrderType.limit) outside.push(at);
      });
    for (const at of outside) {
      if (policy === BandPolicy.slide) live.reprice(at, edge, rank, EndReason.band);
      else live.delete(at, EndReason.band);
    }
    return outside.length;
  }
}
