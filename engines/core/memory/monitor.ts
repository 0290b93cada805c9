import type { MemoryManager } from './manager';
import { type PoolName, poolNames } from './regions';

export interface MonitorOptions {
  /** Seconds between two looks. @default 1 */
  readonly interval?: number;
  /** Seconds for which looks are kept. @default a day */
  readonly retention?: number;
  /** Bytes that a look may move to join free memory. @default 1 MiB */
  readonly moveBytes?: number;
}

export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Share of the pool in use, 0 to 1. */
  readonly used: number;
}

/**
 * Looks at a manager at intervals: keeps how full its pools were, ends the windows of leak detection, joins free memory a step at a time,
 * and, from the level `critical` on, gives the pages of empty pools back to the kernel.
 */
export class MemoryMonitor {
  private readonly intervalMs: number;
  private readonly moveBytes: number;
  /** Rings: a time a look, then a share by column (all pools together, then each). */
  private readonly times: Float64Array;
  private readonly shares: Float32Array;
  private looks = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly memory: MemoryManager,
    { interval = 1, retention = 86_400, moveBytes = 2 ** 20 }: MonitorOptions = {},
  ) {
    if (!(interval >= 0.001 && retention >= interval))
      throw new RangeError(
        `an interval has at least 0.001 s and no more than is kept; ${interval} s and ${retention} s were given`,
      );
    this.intervalMs = interval * 1000;
    this.moveBytes = moveBytes;
    const kept = Math.ceil(retention / interval);
    this.times = new Float64Array(kept);
    this.shares = new Float32Array(kept * COLUMNS);
  }

  /** Does not keep the process alive. */
  start(): this {
    this.timer ??= setInterval(() => this.look(), this.intervalMs).unref();
    return this;
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  look(at: number = Date.now()): void {
    const { memory } = this;
    memory.observe();
    memory.defragment({ bytes: this.moveBytes });
    const report = memory.report();
    if (report.pressure === 'critical' || report.pressure === 'emergency') memory.trim();
    const row = this.looks++ % this.times.length;
    this.times[row] = at;
    this.shares[row * COLUMNS] = report.usedBytes / report.capacityBytes;
    report.pools.forEach(({ usedBytes, capacityBytes }, index) => {
      this.shares[row * COLUMNS + 1 + index] = usedBytes / capacityBytes;
    });
  }

  /** The last looks at a pool, or at all together, oldest first. */
  history(of: PoolName | 'all', limit = this.times.length): Sample[] {
    const column = of === 'all' ? 0 : 1 + poolNames.indexOf(of);
    const kept = Math.min(this.looks, this.times.length, limit);
    return Array.from({ length: kept }, (_, index) => {
      const row = (this.looks - kept + index) % this.times.length;
      return { at: this.times[row]!, used: this.shares[row * COLUMNS + column]! };
    });
  }
}

const COLUMNS = 1 + poolNames.length;
