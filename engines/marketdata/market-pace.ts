/** How market time follows the machine's monotonic clock. All times in nanoseconds. */
export class MarketPace {
  private marketNs = 0;
  private wallNs = 0;
  private factor: number;

  /** @param speed market seconds in a second; "full" does not wait at all */
  constructor(speed: number | 'real' | 'full') {
    this.factor = speed === 'full' ? Number.POSITIVE_INFINITY : speed === 'real' ? 1 : speed;
  }

  /** Lets market time go on from `marketNs` at this moment. */
  begin(marketNs: number, wallNs: number): void {
    this.marketNs = marketNs;
    this.wallNs = wallNs;
  }

  /** The feed has ended at `marketNs`. What waited for nothing now goes on at the market's own speed. */
  goOnAfterEnd(marketNs: number, wallNs: number): void {
    if (this.factor !== Number.POSITIVE_INFINITY) return;
    this.factor = 1;
    this.begin(marketNs, wallNs);
  }

  /** Market time at a moment of the wall clock; infinity when events are not to wait. */
  marketAt(wallNs: number): number {
    if (this.factor === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return this.marketNs + Math.floor((wallNs - this.wallNs) * this.factor);
  }
}
