import { BarKind, PRICE_UNITS } from '@nautilus/core/domain';

const NS_PER_SECOND = 1e9;

/** What bars are built: `size` is seconds, trades, shares or units of the currency. */
export interface BarSpec {
  /** BarKind */
  readonly kind: number;
  readonly size: number;
}

/**
 * The bar of one instrument and one specification that trades are going into. A time bar holds the trades of an interval counted from
 * midnight, and an interval without a trade has no bar; the others are full with the trade that reaches their size, which is never
 * split (López de Prado, Advances in Financial Machine Learning, 2.3). Prices are price units, so a trade at half a cent stays exact.
 */
export class BarBuilder {
  /** Start of the interval, or time of the first trade; nanoseconds after midnight. */
  timeNs = 0;
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  volume = 0;
  /** Sum of price × quantity, price units × shares. */
  notional = 0;
  /** 0: there is no bar. */
  trades = 0;

  constructor(
    readonly instrument: number,
    readonly spec: BarSpec,
  ) {}

  /** Adds a trade; an interval that has passed must be taken away before. */
  add(timeNs: number, price: number, quantity: number): void {
    if (this.trades === 0) {
      const { kind, size } = this.spec;
      this.timeNs = kind === BarKind.time ? timeNs - (timeNs % (size * NS_PER_SECOND)) : timeNs;
      this.open = price;
      this.high = price;
      this.low = price;
      this.volume = 0;
      this.notional = 0;
    }
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    this.close = price;
    this.volume += quantity;
    this.notional += price * quantity;
    this.trades++;
  }

  /** Whether the bar has reached its size; of time bars the clock says so. */
  get full(): boolean {
    const { kind, size } = this.spec;
    if (kind === BarKind.tick) return this.trades >= size;
    if (kind === BarKind.volume) return this.volume >= size;
    return kind === BarKind.dollar && this.notional >= size * PRICE_UNITS;
  }

  /** Takes the bar away. */
  reset(): void {
    this.trades = 0;
  }
}
