import { Side } from '@nautilus/core/domain';

/** What a slippage model looks at, in this order. Basis points are of the mid. */
export const slippageFeatures = [
  'half spread, bp',
  'cost of taking it all at once from the displayed book, bp',
  'shares at the own side’s best less the other’s, of their sum',
  'volatility, bp a √second',
  'what the price moved against the order lately, bp',
  'logarithm of the shares to do over those that others traded in a minute',
  'logarithm of the shares that queue at the own side’s best over the shares to do',
  'logarithm of the seconds that it may rest, and one',
] as const;

const { exp, log, sqrt } = Math;
const NS_PER_SECOND = 1e9;
const VOLATILITY_SECONDS = 30;
const MOMENTUM_SECONDS = 5;
const VOLUME_SECONDS = 60;

/** A child order before it is sent, and the book that it would meet. */
export interface ChildQuestion {
  readonly timeNs: number;
  readonly side: number;
  readonly quantity: number;
  /** Seconds that it may rest at the near touch before what is left of it crosses; 0 crosses at once. */
  readonly restSeconds: number;
  /** Shares at the best price of its own side, and of the other. */
  readonly ownQuantity: number;
  readonly otherQuantity: number;
  /** Price units a share, from the mid, of taking all of it now; NaN when the book has not so much. */
  readonly takeCost: number;
}

/**
 * What the features of one instrument are made from, kept as exponentially weighted sums: the same cost for every event. Hand it
 * every change of the best prices and every trade. Path code.
 */
export class MarketFeatures {
  private timeNs = Number.NaN;
  /** 0 before the first two-sided market. */
  private mid = 0;
  private bid = 0;
  private ask = 0;
  private squares = 0;
  private moved = 0;
  private volume = 0;
  /** What the weights of the whole time add up to: 1 − e^(−t/τ), so that a short past is not taken for a quiet one. */
  private fullness = 0;
  private volumeFullness = 0;

  /** The best prices from now on, 0 for an empty side. */
  quote(timeNs: number, bid: number, ask: number): void {
    this.passTo(timeNs);
    this.bid = bid;
    this.ask = ask;
    if (bid <= 0 || ask <= 0) return;
    const mid = (bid + ask) / 2;
    if (this.mid > 0 && mid !== this.mid) {
      const change = (1e4 * (mid - this.mid)) / this.mid;
      this.squares += change * change;
      this.moved += change;
    }
    this.mid = mid;
  }

  trade(timeNs: number, quantity: number): void {
    this.passTo(timeNs);
    this.volume += quantity;
  }

  /** The features of a child order, as `slippageFeatures`; null when there is no two-sided market, no trade yet, or too little in the book. */
  read(question: ChildQuestion): Float64Array | null {
    const { timeNs, side, quantity, restSeconds, ownQuantity, otherQuantity, takeCost } = question;
    const { bid, ask, mid } = this;
    if (bid <= 0 || ask <= 0 || this.volume <= 0 || Number.isNaN(takeCost)) return null;
    this.passTo(timeNs);
    return Float64Array.of(
      (1e4 * (ask - bid)) / 2 / mid,
      (1e4 * takeCost) / mid,
      (ownQuantity - otherQuantity) / (ownQuantity + otherQuantity),
      this.fullness > 0 ? sqrt(this.squares / (VOLATILITY_SECONDS * this.fullness)) : 0,
      side === Side.buy ? this.moved : -this.moved,
      log((quantity * this.volumeFullness) / this.volume),
      log(ownQuantity / quantity),
      log(1 + restSeconds),
    );
  }

  private passTo(timeNs: number): void {
    if (timeNs > this.timeNs) {
      const seconds = (timeNs - this.timeNs) / NS_PER_SECOND;
      const slow = exp(-seconds / VOLATILITY_SECONDS);
      const minute = exp(-seconds / VOLUME_SECONDS);
      this.squares *= slow;
      this.fullness = 1 - slow * (1 - this.fullness);
      this.moved *= exp(-seconds / MOMENTUM_SECONDS);
      this.volume *= minute;
      this.volumeFullness = 1 - minute * (1 - this.volumeFullness);
    }
    if (!(timeNs <= this.timeNs)) this.timeNs = timeNs;
  }
}
