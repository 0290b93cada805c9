/**
 * The machine's monotonic clock, nanoseconds: the same for every process of a host. Doubles are exact up to 104 days of uptime.
 * Not `hrtime.bigint`: a BigInt is allocated and converted at each call.
 */
export function monotonicNs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

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
