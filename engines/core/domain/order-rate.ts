const WINDOW_NS = 1e9;

/**
 * Counts what was accepted within the last second: an exact sliding window, so no second ever holds more than the limit
 * (a token bucket lets twice as many through).
 *
 * Time is the machine's monotonic clock, not the market's: the limit protects against a client that runs away, and a
 * replay at full speed must not loosen it. Times must not go back. Allocates only when a second holds more than ever before.
 */
export class OrderRate {
  private times = new Float64Array(64);
  /** Index of the oldest time, and how many there are. */
  private oldest = 0;
  private count = 0;

  /** Whether one more fits at `nowNs`: fewer than `perSecond` were recorded in (nowNs - 1 s, nowNs]. */
  allows(nowNs: number, perSecond: number): boolean {
    return this.within(nowNs) < perSecond;
  }

  /** How many were recorded in (nowNs - 1 s, nowNs]. */
  within(nowNs: number): number {
    const mask = this.times.length - 1;
    while (this.count > 0 && this.times[this.oldest]! <= nowNs - WINDOW_NS) {
      this.oldest = (this.oldest + 1) & mask;
      this.count--;
    }
    return this.count;
  }

  record(nowNs: number): void {
    this.within(nowNs);
    if (this.count === this.times.length) this.grow();
    this.times[(this.oldest + this.count) & (this.times.length - 1)] = nowNs;
    this.count++;
  }

  private grow(): void {
    const grown = new Float64Array(this.times.length * 2);
    for (let i = 0; i < this.count; i++) grown[i] = this.times[(this.oldest + i) & (this.times.length - 1)]!;
    this.times = grown;
    this.oldest = 0;
  }
}
