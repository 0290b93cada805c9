/** Prices of a side, best first, and the quantity at each. */
export interface AuctionSide {
  readonly prices: readonly number[];
  readonly quantities: readonly number[];
}

/** What an auction would do now. */
export interface Equilibrium {
  /** Price units. */
  readonly price: number;
  /** Quantity that trades, 1 or more. */
  readonly volume: number;
  /** Buyers' quantity at the price less sellers': who is left over. */
  readonly imbalance: number;
}

interface AuctionLimits {
  /** Last trade, or what the venue took for it; undefined before there is one. */
  readonly reference: number | undefined;
  /** Lowest and highest price at which the auction may trade. */
  readonly lower: number;
  readonly upper: number;
  /** Prices are multiples of it. */
  readonly increment: number;
}

/** A price beyond all limit prices, where the market orders of an auction stand. */
interface MarketPrices {
  readonly buy: number;
  readonly sell: number;
}

/**
 * The price at which an auction trades: among the limit prices within the bands (or the reference price, when there is
 * none) the one
 * 1. of the largest executable volume, then
 * 2. of the smallest imbalance, then
 * 3. by market pressure: the highest when buyers are left over at each of them, the lowest when sellers are, then
 * 4. nearest to the reference price, which is taken itself when it lies between the lowest and the highest of them;
 *    without a reference the middle, rounded down.
 *
 * These are the rules of Xetra ("Market Model for the Trading Venue Xetra", section on price determination in auctions).
 * Undefined when nothing can trade.
 */
export function equilibrium(
  bids: AuctionSide,
  asks: AuctionSide,
  market: MarketPrices,
  { reference, lower, upper, increment }: AuctionLimits,
): Equilibrium | undefined {
  const limits = [
    ...bids.prices.filter((price) => price !== market.buy),
    ...asks.prices.filter((price) => price !== market.sell),
  ];
  const within = (price: number) => price >= lower && price <= upper;
  let candidates = [...new Set(limits.filter(within))].sort((a, b) => a - b);
  if (candidates.length === 0 && reference !== undefined && within(reference)) candidates = [reference];

  let volume = 0;
  let surplus = 0;
  let lowest = 0;
  let highest = 0;
  let fewestBuyers = 0;
  let mostBuyers = 0;
  let supply = 0;
  let demand = bids.quantities.reduce((sum, quantity) => sum + quantity, 0);
  let bid = bids.prices.length - 1;
  let ask = 0;
  for (const price of candidates) {
    for (; bid >= 0 && bids.prices[bid]! < price; bid--) demand -= bids.quantities[bid]!;
    for (; ask < asks.prices.length && asks.prices[ask]! <= price; ask++) supply += asks.quantities[ask]!;
    const executable = Math.min(demand, supply);
    const imbalance = demand - supply;
    if (executable < volume || executable === 0) continue;
    if (executable > volume || Math.abs(imbalance) < surplus) {
      volume = executable;
      surplus = Math.abs(imbalance);
      lowest = price;
      fewestBuyers = imbalance;
      mostBuyers = imbalance;
    } else if (Math.abs(imbalance) > surplus) continue;
    highest = price;
    fewestBuyers = Math.min(fewestBuyers, imbalance);
    mostBuyers = Math.max(mostBuyers, imbalance);
  }
  if (volume === 0) return undefined;
  const price = choose(lowest, highest, fewestBuyers, mostBuyers, reference, increment);
  return { price, volume, imbalance: imbalanceAt(price, bids, asks) };
}

function choose(
  lowest: number,
  highest: number,
  fewestBuyers: number,
  mostBuyers: number,
  reference: number | undefined,
  increment: number,
): number {
  if (lowest === highest) return lowest;
  if (fewestBuyers > 0) return highest;
  if (mostBuyers < 0) return lowest;
  if (reference === undefined) return Math.floor((lowest + highest) / 2 / increment) * increment;
  return Math.min(highest, Math.max(lowest, reference));
}

function imbalanceAt(price: number, bids: AuctionSide, asks: AuctionSide): number {
  let imbalance = 0;
  for (let i = 0; i < bids.prices.length; i++) if (bids.prices[i]! >= price) imbalance += bids.quantities[i]!;
  for (let i = 0; i < asks.prices.length; i++) if (asks.prices[i]! <= price) imbalance -= asks.quantities[i]!;
  return imbalance;
}
