/** The machine's monotonic clock, nanoseconds: the same for every process of a host. Doubles are exact up to 104 days of uptime. */
export const monotonicNs = (): number => Number(process.hrtime.bigint());

/** The market's clock: nanoseconds after midnight of the session's day. Only market data moves it, so a replay is repeatable. */
export class MarketClock {
  private timeNs = 0;

  nowNs(): number {
    return this.timeNs;
  }

  /** Never goes back: an earlier time is ignored. */
  advance(timeNs: number): void {
    if (timeNs > this.timeNs) this.timeNs = timeNs;
  }
}
