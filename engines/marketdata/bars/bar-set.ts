import { BarKind } from '@nautilus/core/domain';
import { BarBuilder, type BarSpec } from './bar-builder';

const NS_PER_SECOND = 1e9;

/** The time bars of one length that are open: all of them end together. */
class Interval {
  endNs = Number.POSITIVE_INFINITY;
  /** In the order of their first trades. */
  readonly open: BarBuilder[] = [];
}

/** Bars of all instruments. A trade costs as much as there are specifications, the clock as much as there are open bars that end. */
export class BarSet {
  private readonly specs: readonly BarSpec[];
  /** Of the specifications that are time bars, the shortest first. */
  private readonly intervals: readonly (Interval | undefined)[];
  /** By instrument, then by specification; there from its first trade on. */
  private readonly builders: (readonly BarBuilder[] | undefined)[] = [];
  /** The end of the interval that ends first. */
  private nextEndNs = Number.POSITIVE_INFINITY;

  /** @param finished gets each finished bar, which is reused afterwards */
  constructor(
    specs: readonly BarSpec[],
    private readonly finished: (bar: BarBuilder) => void,
  ) {
    this.specs = [...specs].sort((a, b) => a.kind - b.kind || a.size - b.size);
    this.intervals = this.specs.map(({ kind }) => (kind === BarKind.time ? new Interval() : undefined));
  }

  /** Takes a trade; `advance` to its time comes first. */
  trade(instrument: number, timeNs: number, price: number, quantity: number): void {
    const builders = (this.builders[instrument] ??= this.specs.map((spec) => new BarBuilder(instrument, spec)));
    for (let index = 0; index < builders.length; index++) {
      const bar = builders[index]!;
      bar.add(timeNs, price, quantity);
      const interval = this.intervals[index];
      if (interval !== undefined) {
        if (bar.trades === 1) this.opened(bar, interval);
      } else if (bar.full) {
        this.finished(bar);
        bar.reset();
      }
    }
  }

  /** Finishes the time bars whose interval has passed: the one that ended first, of those that ended together the shorter one. */
  advance(timeNs: number): void {
    while (this.nextEndNs <= timeNs) {
      const interval = this.intervals.find((one) => one?.endNs === this.nextEndNs)!;
      for (const bar of interval.open) {
        this.finished(bar);
        bar.reset();
      }
      interval.open.length = 0;
      interval.endNs = Number.POSITIVE_INFINITY;
      this.nextEndNs = Math.min(...this.intervals.map((one) => one?.endNs ?? Number.POSITIVE_INFINITY));
    }
  }

  private opened(bar: BarBuilder, interval: Interval): void {
    interval.open.push(bar);
    interval.endNs = bar.timeNs + bar.spec.size * NS_PER_SECOND;
    this.nextEndNs = Math.min(this.nextEndNs, interval.endNs);
  }
}
