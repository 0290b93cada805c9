import { type Handle, MemoryError, type MemoryManager } from '@nautilus/core/memory';
import type { BarBuilder, BarSpec } from './bar-builder';

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

/** Bars that are kept: a whole trading day of seconds has 23,400. */
const KEPT = 30_000;

/** Numbers of a bar, in the order of `BarRecord`. */
const FIELDS = 8;
/** Bars of a block: 4 KiB, as there may be a thousand series. */
const BLOCK_BARS = 64;

/** The bars of one instrument and one specification, in blocks of the pool `historical` that grow old together. */
class Series {
  private readonly blocks: Handle<Float64Array>[] = [];
  /** Bars in the last block. */
  private inLast = BLOCK_BARS;

  /** @param makeRoom gives a block of some series back, or returns false */
  constructor(
    private readonly memory: MemoryManager,
    private readonly makeRoom: () => boolean,
  ) {}

  get blockCount(): number {
    return this.blocks.length;
  }

  get length(): number {
    return this.blocks.length * BLOCK_BARS - (BLOCK_BARS - this.inLast);
  }

  add({ timeNs, open, high, low, close, volume, notional, trades }: BarBuilder): void {
    if (this.inLast === BLOCK_BARS) this.addBlock();
    const at = this.inLast * FIELDS;
    this.memory.use(this.blocks.at(-1)!, (numbers) => {
      numbers[at] = timeNs;
      numbers[at + 1] = open;
      numbers[at + 2] = high;
      numbers[at + 3] = low;
      numbers[at + 4] = close;
      numbers[at + 5] = volume;
      numbers[at + 6] = notional;
      numbers[at + 7] = trades;
    });
    this.inLast++;
  }

  last(limit: number): BarRecord[] {
    const bars: BarRecord[] = [];
    const { length } = this;
    for (let index = Math.max(0, length - limit); index < length; ) {
      const block = Math.trunc(index / BLOCK_BARS);
      const end = Math.min(length, (block + 1) * BLOCK_BARS);
      this.memory.use(this.blocks[block]!, (numbers) => {
        for (; index < end; index++) bars.push(barAt(numbers, (index - block * BLOCK_BARS) * FIELDS));
      });
    }
    return bars;
  }

  /** The oldest bars go when there are enough newer ones, or when the pool has no room for new ones. */
  private addBlock(): void {
    if (this.blocks.length * BLOCK_BARS >= KEPT) this.forgetOldest();
    for (;;) {
      try {
        this.blocks.push(this.newBlock());
        break;
      } catch (error) {
        if (!(error instanceof MemoryError) || !this.makeRoom()) throw error;
      }
    }
    this.inLast = 0;
  }

  private newBlock(): Handle<Float64Array> {
    return this.memory.allocateArray('historical', Float64Array, BLOCK_BARS * FIELDS, { movable: true });
  }

  forgetOldest(): void {
    this.memory.free(this.blocks.shift()!);
  }
}

const barAt = (numbers: Float64Array, at: number): BarRecord => ({
  timeNs: numbers[at]!,
  open: numbers[at + 1]!,
  high: numbers[at + 2]!,
  low: numbers[at + 3]!,
  close: numbers[at + 4]!,
  volume: numbers[at + 5]!,
  notional: numbers[at + 6]!,
  trades: numbers[at + 7]!,
});

/** The finished bars of each instrument and specification. */
export class BarHistory {
  private readonly series = new Map<string, Series>();

  constructor(private readonly memory: MemoryManager) {}

  add(bar: BarBuilder): void {
    const key = keyOf(bar.instrument, bar.spec);
    let series = this.series.get(key);
    if (series === undefined) {
      series = new Series(this.memory, this.makeRoom);
      this.series.set(key, series);
    }
    series.add(bar);
  }

  /** The longest series gives up its oldest bars. */
  private readonly makeRoom = (): boolean => {
    const [longest] = [...this.series.values()].sort((a, b) => b.blockCount - a.blockCount);
    if (longest === undefined || longest.blockCount < 2) return false;
    longest.forgetOldest();
    return true;
  };

  /** The last `limit` finished bars, oldest first. */
  last(instrument: number, spec: BarSpec, limit: number): readonly BarRecord[] {
    return this.series.get(keyOf(instrument, spec))?.last(limit) ?? [];
  }
}

const keyOf = (instrument: number, { kind, size }: BarSpec): string => `${instrument} ${kind} ${size}`;
