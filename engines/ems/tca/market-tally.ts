import type { MarketRecord } from './record';

const NS_PER_SECOND = 1e9;

/**
 * One instrument's market since the start, as running sums: what happened between two times is the difference of two readings,
 * so a parent order costs nothing while it works. Path code.
 */
export class MarketTally {
  /** Shares traded by others. */
  volume = 0;
  /** Price units × shares. */
  notional = 0;
  /** Price units × seconds in which both sides were quoted, up to the last quote. */
  midSeconds = 0;
  quotedSeconds = 0;
  private sinceNs = 0;
  private mid = 0;

  trade(price: number, quantity: number): void {
    this.volume += quantity;
    this.notional += price * quantity;
  }

  /** The best prices from this time on, 0 for an empty side. */
  quote(timeNs: number, bid: number, ask: number): void {
    this.passTo(timeNs);
    this.mid = bid > 0 && ask > 0 ? (bid + ask) / 2 : 0;
  }

  /** What was up to a time, not before the last quote. Allocates. */
  read(timeNs: number): MarketReading {
    this.passTo(timeNs);
    const { volume, notional, midSeconds, quotedSeconds } = this;
    return { volume, notional, midSeconds, quotedSeconds };
  }

  /** Counts the time since the last quote. */
  passTo(timeNs: number): void {
    if (this.mid > 0) {
      const seconds = (timeNs - this.sinceNs) / NS_PER_SECOND;
      this.midSeconds += this.mid * seconds;
      this.quotedSeconds += seconds;
    }
    this.sinceNs = timeNs;
  }
}

export interface MarketReading {
  readonly volume: number;
  readonly notional: number;
  readonly midSeconds: number;
  readonly quotedSeconds: number;
}

/** The market between two readings of one tally. */
export function between(from: MarketReading, to: MarketReading): MarketRecord {
  const quotedSeconds = to.quotedSeconds - from.quotedSeconds;
  return {
    volume: to.volume - from.volume,
    notional: to.notional - from.notional,
    meanMid: quotedSeconds > 0 ? (to.midSeconds - from.midSeconds) / quotedSeconds : null,
  };
}
