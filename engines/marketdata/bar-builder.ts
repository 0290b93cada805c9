const NS_PER_SECOND = 1e9;

/**
 * The bar of one interval length that trades are going into. Intervals are counted from midnight; an interval without
 * a trade has no bar. Prices are price units, so a trade at half a cent stays exact.
 */
export class BarBuilder {
  /** Start of the interval, nanoseconds after midnight. */
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
  private readonly lengthNs: number;

  constructor(readonly seconds: number) {
    this.lengthNs = seconds * NS_PER_SECOND;
  }

  /** First nanosecond after the interval of the open bar, or infinity when there is no bar. */
  get endNs(): number {
    return this.trades === 0 ? Number.POSITIVE_INFINITY : this.timeNs + this.lengthNs;
  }

  /** A trade inside the interval of the open bar, or the first of a new one: an older bar must be taken away before. */
  add(timeNs: number, price: number, quantity: number): void {
    if (this.trades === 0) {
      this.timeNs = Math.floor(timeNs / this.lengthNs) * this.lengthNs;
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

  /** Takes the bar away. */
  reset(): void {
    this.trades = 0;
  }
}

/** The bar that ended first at or before `timeNs`, the shorter one of two; undefined when all are still open. */
export function finishedBar(builders: readonly BarBuilder[], timeNs: number): BarBuilder | undefined {
  let first: BarBuilder | undefined;
  for (const builder of builders)
    if (builder.endNs <= timeNs && (first === undefined || builder.endNs < first.endNs)) first = builder;
  return first;
}
