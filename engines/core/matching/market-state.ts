import { Phase } from './order';

/** Everything of a matching engine that is not an order: one number each, so that it is hashed and saved in one way. */
export class MarketState {
  phase: number = Phase.continuous;
  /** Has the market traded? 0 or 1; the next three mean nothing before. */
  traded = 0;
  /** Price of the last trade. */
  last = 0;
  /** Highest and lowest price since stop orders were looked at: those between them are elected. */
  high = 0;
  low = 0;
  /** Lowest and highest price of a trade, in steps of the engine's increment. */
  lowerTick = -0x80000000;
  upperTick = 0x7fffffff;
  /** Time of `advanceTime`; a double from the beginning. */
  now: number = -Number.MAX_SAFE_INTEGER;

  /** Notes trades of one order: prices only rise or only fall from the first to the last. */
  note(first: number, last: number): void {
    const least = first < last ? first : last;
    const most = first < last ? last : first;
    if (this.traded === 0 || most > this.high) this.high = most;
    if (this.traded === 0 || least < this.low) this.low = least;
    this.last = last;
    this.traded = 1;
  }

  /** Is a stop price elected? */
  elects(buys: boolean, stopPrice: number): boolean {
    return this.traded === 1 && (buys ? stopPrice <= this.high : stopPrice >= this.low);
  }

  /** All stop orders between high and low are gone: from now on only new trades count. */
  settle(): void {
    this.high = this.last;
    this.low = this.last;
  }

  /** In one order, for hashes and snapshots. */
  values(): number[] {
    const { phase, traded, last, high, low, lowerTick, upperTick, now } = this;
    return [phase, traded, last, high, low, lowerTick, upperTick, Math.floor(now / 2 ** 32), now | 0];
  }

  /** Takes what `values` gave. */
  assign(values: ArrayLike<number>): void {
    this.phase = values[0]!;
    this.traded = values[1]!;
    this.last = values[2]!;
    this.high = values[3]!;
    this.low = values[4]!;
    this.lowerTick = values[5]!;
    this.upperTick = values[6]!;
    this.now = values[7]! * 2 ** 32 + (values[8]! >>> 0);
  }
}
