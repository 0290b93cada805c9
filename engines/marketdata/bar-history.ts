import type { BarBuilder } from './bar-builder';

export interface BarRecord {
  readonly timeNs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly notional: number;
  readonly trades: number;
}

/** Finished bars of a session by interval length: a whole trading day of seconds has 23,400. */
const KEPT = 30_000;

export class BarHistory {
  private readonly bars: ReadonlyMap<number, BarRecord[]>;

  constructor(intervals: readonly number[]) {
    this.bars = new Map(intervals.map((seconds) => [seconds, []]));
  }

  add({ seconds, timeNs, open, high, low, close, volume, notional, trades }: BarBuilder): void {
    const bars = this.bars.get(seconds)!;
    bars.push({ timeNs, open, high, low, close, volume, notional, trades });
    if (bars.length > KEPT) bars.splice(0, KEPT / 10);
  }

  /** The last `limit` finished bars, oldest first; undefined when no bars of this length are built. */
  last(seconds: number, limit: number): readonly BarRecord[] | undefined {
    return this.bars.get(seconds)?.slice(-limit);
  }
}
