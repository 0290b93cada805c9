import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';

/** What is needed of a `Journal`. */
export interface FollowedJournal {
  /** Number of the last durable record. */
  readonly durable: number;
  /** Number of the oldest record that can be read. */
  readonly first: number;
  newestSnapshot(): { readonly record: number; readonly state: Uint8Array } | undefined;
  read(from: number, handler: (record: number, data: Uint8Array) => void, limit?: number): number;
}

/** Turns records into rows. It sees every record from the first on, also those that were written long ago, or from a snapshot on. */
export interface Projection<Rows> {
  apply(record: number, data: Uint8Array): void;
  /** The rows that changed since the last call, or a part of them while `waiting`. */
  take(): Rows;
  /** Whether there are more of them. */
  readonly waiting: boolean;
  /**
   * Goes on from a snapshot of the journal, whatever it has seen. The rows that changed are those that a place with all records up to
   * `written` may lack.
   */
  restore(state: Uint8Array, record: number, written: number): void;
}

/** A place that rows go to. Any of these may fail: all is tried again later. */
export interface Sink<Rows> {
  readonly name: string;
  /** Connects and prepares; the number of the last record whose rows are there, 0 when there are none. */
  open(): Promise<number>;
  /** Writes rows and, atomically with them, that all records up to `record` are there; without one that is as it was. It may happen twice. */
  write(rows: Rows, record: number | undefined): Promise<void>;
  /** Takes away what it has. Only of a sink that cannot go on from a snapshot. */
  empty?(): Promise<void>;
  close(): Promise<void>;
}

export interface WriteBehindOptions<Rows> {
  readonly journal: FollowedJournal;
  readonly projection: Projection<Rows>;
  readonly sink: Sink<Rows>;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Records of one batch: bounds what a batch costs the event loop. @default 500 */
  readonly batchRecords?: number;
  /** Pause when there is nothing to write, ms. @default 50 */
  readonly idleMs?: number;
  /** Longest pause between attempts to reach a sink that is away, ms. @default 5000 */
  readonly mostBackoffMs?: number;
}

const FIRST_BACKOFF_MS = 100;
/** How long an orderly stop waits for the rest to be written. */
const STOP_WITHIN_MS = 1500;

interface Batch<Rows> {
  readonly rows: Rows;
  /** All records up to this one are there with it; undefined: more rows of them follow. */
  readonly record: number | undefined;
}

/**
 * Follows a journal into a sink. The journal is the truth and the sink is behind it: an engine never waits for a sink, a
 * sink that is away is tried again and again, and gets every record exactly once because its progress is stored with the rows.
 */
export class WriteBehind<Rows> {
  private readonly options: Required<WriteBehindOptions<Rows>>;
  /** Next record that the projection has not seen. */
  private next = 1;
  private written = 0;
  private connected = false;
  private backoffMs = FIRST_BACKOFF_MS;
  /** A batch that the sink has not confirmed. */
  private pending: Batch<Rows> | undefined;
  private stopping = false;
  private running: Promise<void> | undefined;
  private wake: () => void = () => undefined;

  constructor(options: WriteBehindOptions<Rows>) {
    this.options = { batchRecords: 500, idleMs: 50, mostBackoffMs: 5000, ...options };
    exportLag(options.metrics, options.sink.name, () => this.lag);
  }

  /** Durable records that the sink does not have yet, as far as is known. */
  get lag(): number {
    return Math.max(0, this.options.journal.durable - this.written);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Writes what is left if that is quick; the rest is written after the next start. */
  async stop(): Promise<void> {
    const until = Date.now() + STOP_WITHIN_MS;
    while (this.connected && this.lag > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    this.stopping = true;
    this.wake();
    await Promise.race([this.running, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref())]);
  }

  private async run(): Promise<void> {
    const { sink, idleMs } = this.options;
    while (!this.stopping) {
      try {
        if (!this.connected) await this.connect();
        if (this.next < this.options.journal.first) await this.startFromSnapshot();
        this.pending ??= this.nextBatch();
        if (this.pending === undefined) await this.pause(idleMs);
        else await this.write(this.pending);
      } catch (error) {
        await this.lose(error as Error);
      }
    }
    await sink.close().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const { sink, journal, log } = this.options;
    const written = await sink.open();
    if (written > journal.durable)
      throw new Error(`${sink.name} has ${written} records, the journal only ${journal.durable}: part of it is lost`);
    this.written = written;
    this.connected = true;
    this.backoffMs = FIRST_BACKOFF_MS;
    // A batch whose confirmation was lost may have been written all the same.
    if ((this.pending?.record ?? Number.POSITIVE_INFINITY) <= written) this.pending = undefined;
    log.info({ sink: sink.name, record: written }, 'write-behind connected');
  }

  /** Retention has removed what the projection would see next: it begins again where the journal can be understood from. */
  private async startFromSnapshot(): Promise<void> {
    const { journal, projection, sink, log } = this.options;
    const snapshot = journal.newestSnapshot();
    if (snapshot === undefined) return;
    if (sink.empty) {
      this.written = 0;
      await sink.empty();
    }
    projection.restore(snapshot.state, snapshot.record, this.written);
    this.next = snapshot.record + 1;
    this.pending = projection.waiting ? this.batch() : undefined;
    log.info(
      { sink: sink.name, snapshot: snapshot.record, written: this.written },
      'write-behind goes on from a snapshot',
    );
  }

  /** The rows that wait, with the last record that they are of once they are all. */
  private batch(): Batch<Rows> {
    const rows = this.options.projection.take();
    return { rows, record: this.options.projection.waiting ? undefined : this.next - 1 };
  }

  /** Brings the projection up to what the sink has, then gives the next rows; undefined when there are none. */
  private nextBatch(): Batch<Rows> | undefined {
    const { journal, projection, batchRecords } = this.options;
    if (projection.waiting) return this.batch();
    const catchingUp = this.next <= this.written;
    const limit = catchingUp ? Math.min(batchRecords, this.written - this.next + 1) : batchRecords;
    const before = this.next;
    this.next = journal.read(before, (record, data) => projection.apply(record, data), limit);
    if (this.next === before) return undefined;
    return this.batch();
  }

  private async write(batch: Batch<Rows>): Promise<void> {
    if (batch.record === undefined || batch.record > this.written) {
      await this.options.sink.write(batch.rows, batch.record);
      this.written = batch.record ?? this.written;
    } else await new Promise(setImmediate);
    this.pending = undefined;
  }

  private async lose(error: Error): Promise<void> {
    const { sink, log, mostBackoffMs } = this.options;
    this.connected = false;
    log.warn({ sink: sink.name, error: error.message, lag: this.lag, retryMs: this.backoffMs }, 'write-behind waits');
    await sink.close().catch(() => undefined);
    await this.pause(this.backoffMs);
    this.backoffMs = Math.min(mostBackoffMs, this.backoffMs * 2);
  }

  private pause(ms: number): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function exportLag(metrics: Registry, sink: string, lag: () => number): void {
  const name = 'nautilus_write_behind_lag_records';
  const lags: Map<string, () => number> = sinksOf.get(metrics) ?? new Map();
  lags.set(sink, lag);
  if (sinksOf.has(metrics)) return;
  sinksOf.set(metrics, lags);
  new Gauge({
    name,
    help: 'Durable journal records that a database does not have yet',
    labelNames: ['sink'],
    registers: [metrics],
    collect() {
      for (const [label, value] of lags) this.set({ sink: label }, value());
    },
  });
}

const sinksOf = new WeakMap<Registry, Map<string, () => number>>();
