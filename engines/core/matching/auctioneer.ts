import { Side } from '../domain';
import { type AuctionSide, type Equilibrium, equilibrium } from './auction';
import type { LiveOrders } from './live-orders';
import type { MarketState } from './market-state';
import type { Matcher } from './matcher';
import { EndReason, MatchingOrderType } from './order';
import type { PriceLimits } from './price-limits';
import { END, PRICE } from './resting-orders';

/** Runs the auctions of a matching engine. Allocates: auctions are not on the path. */
export class Auctioneer {
  constructor(
    private readonly live: LiveOrders,
    private readonly state: MarketState,
    private readonly matcher: Matcher,
    private readonly limits: PriceLimits,
    private readonly referencePrice: number | undefined,
  ) {}

  /** Price and volume at which the orders of the book would trade now; undefined when none would. */
  equilibrium(): Equilibrium | undefined {
    const { live, state, limits } = this;
    const bid = live.book.bestBid();
    const ask = live.book.bestAsk();
    if (bid === undefined || ask === undefined || bid < ask) return undefined;
    return equilibrium(
      this.side(Side.buy, (price) => price >= ask),
      this.side(Side.sell, (price) => price <= bid),
      {
        buy: limits.priceOf(Side.buy, limits.anyPrice(Side.buy)),
        sell: limits.priceOf(Side.sell, limits.anyPrice(Side.sell)),
      },
      {
        reference: state.traded === 1 ? state.last : this.referencePrice,
        lower: limits.lower,
        upper: limits.upper,
        increment: live.book.increment,
      },
    );
  }

  /** Trades at the equilibrium and drops the market orders that are left over; returns the quantity traded. */
  uncross(): number {
    const found = this.equilibrium();
    if (found) this.matcher.cross(found.price, found.volume);
    for (const side of [Side.buy, Side.sell]) this.dropMarketOrders(side);
    return found?.volume ?? 0;
  }

  private dropMarketOrders(side: number): void {
    const { live } = this;
    for (let at = live.book.first(side); at !== END; at = live.book.first(side)) {
      if (live.type(at) !== MatchingOrderType.market) return;
      live.delete(at, EndReason.unfilled);
    }
  }

  /** Quantities by price, hidden reserves included, of the prices that may trade. */
  private side(side: number, mayTrade: (price: number) => boolean): AuctionSide {
    const { live } = this;
    const prices: number[] = [];
    const quantities: number[] = [];
    live.book.forEachOf(side, (at) => {
      const price = live.book.records[at | PRICE]!;
      if (!mayTrade(price)) return;
      if (prices.at(-1) === price) quantities[quantities.length - 1]! += live.left(at);
      else {
        prices.push(price);
        quantities.push(live.left(at));
      }
    });
    return { prices, quantities };
  }
}
