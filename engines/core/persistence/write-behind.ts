import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { exportLag, LagClock } from './lag';

/** What is needed of a `Journal`. */
export interface FollowedJournal {
  /** Number of the last durable record. */
  readonly durable: number;
  /** Number of the oldest record that can be read. */
  readonly first: number;
  newestSnapshot(upTo?: number): { readonly record: number; readonly state: Uint8Array } | undefined;
  read(from: number, handler: (record: number, data: Uint8Array) => void, limit?: number): number;
}

/** Turns records into rows. It sees every record from the first on, also those that were written long ago, or from a snapshot on. */
export interface Projection<Rows> {
  apply(record: number, data: Uint8Array): void;
  /** Does a part of what `take` would have to do: about `rows` of them. False when nothing is left. */
  prepare?(rows: number): boolean;
  /** The rows that came since the last call, or a part of them while `waiting`. */
  take(): Rows;
  /** Whether there are more of them. */
  readonly waiting: boolean;
  /**
   * Goes on from a snapshot of the journal. The rows that came are those that a place with all records up to `written` may
   * lack: none when the snapshot is not past it.
   */
  restore(state: Uint8Array, record: number, written: number): void;
}

/** A place that rows go to. Any of these may fail: all is tried again later. */
export interface Sink<Rows> {
  readonly name: string;
  /** Connects and prepares; the number of the last record whose rows are there, 0 when there are none. */
  open(): Promise<number>;
  /**
   * Writes rows and, atomically with them, that all records up to `record` are there; without one that is as it was.
   * @param again some of the rows may be there already
   */
  write(rows: Rows, record: number | undefined, again: boolean): Promise<void>;
  /** Takes away what it has. Only of a sink that cannot go on from a snapshot. */
  empty?(): Promise<void>;
  /** Takes note that the journal no longer has these records, of which nothing but their outcome will come. */
  lacks?(from: number, to: number): Promise<void>;
  close(): Promise<void>;
}

export interface WriteBehindOptions<Rows> {
  readonly journal: FollowedJournal;
  /** Makes one that has seen nothing. */
  readonly projection: () => Projection<Rows>;
  readonly sink: Sink<Rows>;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Records of one batch at most. @default 10,000 */
  readonly batchRecords?: number;
  /** Records that are looked at in one turn of the event loop: what an order may have to wait for. @default 64 */
  readonly turnRecords?: number;
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
  /** The record before its first one. */
  readonly after: number;
  /** All records up to this one are there with it; undefined: more rows of them follow. */
  readonly record: number | undefined;
  readonly again: boolean;
}

/**
 * Follows a journal into a sink. The journal is the truth and the sink is behind it: an engine never waits for a sink, a
 * sink that is away is tried again and again, and gets every record exactly once because its progress is stored with the
 * rows. While a batch is on its way the next one is made.
 */
export class WriteBehind<Rows> {
  private readonly options: Required<WriteBehindOptions<Rows>>;
  private readonly clock = new LagClock();
  private projection: Projection<Rows>;
  /** Next record that the projection has not seen. */
  private next = 1;
  private written = 0;
  private connected = false;
  private backoffMs = FIRST_BACKOFF_MS;
  /** Batches that the sink has not confirmed: the one on its way and the one after it. */
  private batches: Batch<Rows>[] = [];
  /** Rows of a snapshot that waits to be written may be there already. */
  private again = false;
  private stopping = false;
  private running: Promise<void> | undefined;
  private wake: () => void = () => undefined;

  constructor(options: WriteBehindOptions<Rows>) {
    this.options = { batchRecords: 10_000, turnRecords: 64, idleMs: 50, mostBackoffMs: 5000, ...options };
    this.projection = options.projection();
    exportLag(options.metrics, options.sink.name, { records: () => this.lag, seconds: () => this.lagSeconds });
  }

  /** Durable records that the sink does not have yet, as far as is known. */
  get lag(): number {
    return Math.max(0, this.options.journal.durable - this.written);
  }

  /** Age of the oldest of them, at least. */
  get lagSeconds(): number {
    return this.clock.look(this.options.journal.durable, this.written) / 1000;
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
    while (!this.stopping) {
      this.clock.look(this.options.journal.durable, this.written);
      try {
        if (!this.connected) await this.connect();
        await this.writeNext();
      } catch (error) {
        await this.lose(error as Error);
      }
    }
    await this.options.sink.close().catch(() => undefined);
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
    while ((this.batches[0]?.record ?? Number.POSITIVE_INFINITY) <= written) this.batches.shift();
    const expected = this.batches[0]?.after ?? this.next - 1;
    if (expected > written) {
      log.warn({ sink: sink.name, record: written, expected }, 'the sink is older than it was: it gets the rest again');
      this.beginAnew();
    }
    log.info({ sink: sink.name, record: written }, 'write-behind connected');
  }

  private beginAnew(): void {
    this.projection = this.options.projection();
    this.next = 1;
    this.batches = [];
    this.again = false;
  }

  private async writeNext(): Promise<void> {
    if (this.batches.length === 0) await this.prepare();
    const [batch] = this.batches;
    if (batch === undefined) return this.pause(this.options.idleMs);
    const ends = await Promise.allSettled([this.write(batch), this.batches.length === 1 && this.prepare()]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private async write(batch: Batch<Rows>): Promise<void> {
    await this.options.sink.write(batch.rows, batch.record, batch.again);
    this.written = batch.record ?? this.written;
    this.batches.shift();
  }

  /** Adds the next batch, if there is something for one. */
  private async prepare(): Promise<void> {
    if (this.batches.length === 0) {
      await this.goOnFromSnapshot();
      await this.catchUp();
    }
    if (this.projection.waiting) {
      await this.prepareRows();
      return this.add(this.written);
    }
    const after = this.next - 1;
    const last = after + this.options.batchRecords;
    while (this.next >= this.options.journal.first && this.read(last)) await new Promise(setImmediate);
    await this.prepareRows();
    if (this.next - 1 > after) this.add(after);
  }

  private async prepareRows(): Promise<void> {
    while (this.projection.prepare?.(this.options.turnRecords)) await new Promise(setImmediate);
  }

  /** The sink has all up to `written`: nothing of that is written again. */
  private async catchUp(): Promise<void> {
    while (this.read(this.written)) {
      do this.projection.take();
      while (this.projection.waiting);
      await new Promise(setImmediate);
    }
  }

  /** What one turn may look at, up to record `last`; whether there was something. */
  private read(last: number): boolean {
    const { next, projection } = this;
    const { journal, turnRecords } = this.options;
    if (next > last || this.stopping) return false;
    const limit = Math.min(turnRecords, last - next + 1);
    this.next = journal.read(next, (record, data) => projection.apply(record, data), limit);
    return this.next > next;
  }

  private add(after: number): void {
    const { projection, again } = this;
    const rows = projection.take();
    const record = projection.waiting ? undefined : this.next - 1;
    if (record !== undefined) this.again = false;
    this.batches.push({ rows, after, record, again });
  }

  /**
   * Nearer to what the sink has than the projection is, a snapshot saves reading; when retention has removed what the
   * projection would see next, only a snapshot helps, and it may be past what the sink has.
   */
  private async goOnFromSnapshot(): Promise<void> {
    const { journal, sink, log } = this.options;
    const removed = this.next < journal.first;
    if (!removed && (sink.empty !== undefined || this.next > this.written)) return;
    const snapshot = journal.newestSnapshot(this.written) ?? (removed ? journal.newestSnapshot() : undefined);
    if (snapshot === undefined || snapshot.record < this.next) return;
    if (sink.empty) {
      this.written = 0;
      await sink.empty();
    }
    if (snapshot.record > this.written) {
      this.again = true;
      await sink.lacks?.(this.written + 1, snapshot.record);
    }
    this.projection = this.options.projection();
    this.projection.restore(snapshot.state, snapshot.record, this.written);
    this.next = snapshot.record + 1;
    log.info(
      { sink: sink.name, snapshot: snapshot.record, written: this.written },
      'write-behind goes on from a snapshot',
    );
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
