import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import type { RoleLock } from '../transport/lock';
import { Batch } from './batch';
import { ioError, JournalError } from './errors';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from './format';
import { type JournalKeys, newFileKey } from './keys';
import { type Retention, removable } from './retention';
import { SegmentChain } from './segment-chain';
import { adoptSingleFile, type JournalPlace, removeDrafts } from './segment-files';
import { SegmentWriter } from './segment-writer';
import {
  checkSnapshot,
  listSnapshots,
  newestSnapshot,
  readSnapshot,
  type SnapshotFile,
  writeSnapshot,
} from './snapshot-file';
import { SnapshotSink } from './snapshot-sink';
import { takeLock } from './writer-lock';

const LEAST_SEGMENT_BYTES = 4096;

/**
 * When a record counts as durable.
 * - `memory`: when the operating system has it: it survives the process, not the machine
 * - `batched`: when the disk has it; all records that came while the disk was busy share the next sync
 * - `always`: as `batched`, but `append` returns only then. It blocks the thread for each record
 */
export type Durability = 'memory' | 'batched' | 'always';

export interface JournalOptions {
  readonly directory: string;
  /** The files are `<name>.000001.journal`, `<name>.000002.journal` … */
  readonly name: string;
  readonly durability: Durability;
  /** Bytes of records after which the next segment begins; one record that is larger gets a segment of its own. @default 64 MiB */
  readonly segmentBytes?: number;
  /** Room that is allocated in a segment before it is used; afterwards it grows by itself. @default 16 MiB, at most a segment */
  readonly preallocateBytes?: number;
  /**
   * Encrypts segments and snapshots, see `readKeyFile`. Each opening then begins a segment, and what was written without encryption
   * stays readable. @default not encrypted
   */
  readonly keys?: JournalKeys;
  /** What is removed after a snapshot. @default nothing */
  readonly retention?: Retention;
}

export interface Recovered {
  /** Number of the last record. */
  readonly records: number;
  /** Bytes of the records that were looked at. */
  readonly bytes: number;
  /** Bytes of a torn tail that were cut off; no record in it had been reported durable. */
  readonly truncatedBytes: number;
  readonly segments: number;
  /** Number of the record that the newest whole snapshot is of; undefined without one. */
  readonly snapshot: number | undefined;
  /** Newer snapshots that are damaged. They were left out and left where they are: the state is the same from an older one. */
  readonly refusedSnapshots: readonly JournalError[];
}

export interface Replay {
  /** Takes the state of the newest snapshot, which is that after `record`; not called without one. The bytes begin at a multiple of 8. */
  restore(state: Uint8Array, record: number): void;
  /** Takes each record after it. The bytes are valid only inside and begin at a multiple of 8 in their buffer. */
  apply(record: number, data: Uint8Array): void;
}

/** An append-only sequence of numbered records in segments, with group commit. One process has it open. */
export class Journal {
  /** Tells this journal from every other. */
  readonly identity: number;
  /** What was found when it was opened. */
  readonly recovered: Recovered;
  /** Called with the last durable record after each group commit, never from inside `append`. */
  onDurable: (record: number) => void = () => {};
  /** Awaited before a snapshot of a record stands for the records before it: for those who follow the journal on their own. */
  beforeSnapshot: (record: number) => Promise<void> = async () => {};
  /** Called once when the disk refuses; without it the error is thrown on the event loop and ends the process. */
  onFailure: ((error: JournalError) => void) | undefined;

  private readonly place: JournalPlace;
  private readonly durability: Durability;
  private readonly retention: Retention | undefined;
  private readonly keys: JournalKeys | undefined;
  private readonly writer: SegmentWriter;
  private filling = new Batch();
  private spare = new Batch();
  private lastRecord: number;
  private lastDurable: number;
  private snapshotting: Promise<unknown> | undefined;
  /** Record of the newest whole snapshot. */
  private newest: number | undefined;
  private running: Promise<void> | undefined;
  private scheduled = false;
  private failure: JournalError | undefined;
  /** Callers of `flush` that are waiting: they are told of a failure by it. */
  private waiting = 0;
  private closing = false;
  private closed = false;

  private constructor(
    private readonly chain: SegmentChain,
    private readonly lock: RoleLock,
    options: JournalOptions,
  ) {
    const { segmentBytes = 64 << 20, preallocateBytes = 16 << 20, durability } = options;
    this.place = { directory: options.directory, name: options.name };
    this.durability = durability;
    this.retention = options.retention;
    this.keys = options.keys;
    const { snapshot, refused } = newestSnapshot(this.place, chain.identity, this.keys);
    const snapshotRecord = snapshot?.record ?? 0;
    this.newest = snapshot?.record;
    chain.scan(snapshotRecord, snapshotRecord);
    const found = chain.current;
    this.identity = chain.identity || randomInt(1, 2 ** 47);
    this.lastRecord = this.lastDurable = found?.last ?? 0;
    this.recovered = {
      records: this.lastRecord,
      bytes: chain.segments.reduce((sum, { end }) => sum + end - HEADER_BYTES, 0),
      truncatedBytes: found?.tornBytes ?? 0,
      segments: chain.segments.length,
      snapshot: snapshot?.record,
      refusedSnapshots: refused,
    };
    this.writer = new SegmentWriter(chain, {
      place: this.place,
      identity: this.identity,
      keys: this.keys,
      segmentBytes,
      preallocateBytes,
      syncs: durability !== 'memory',
    });
  }

  /** Opens or creates a journal and recovers what is in it. Throws NAUT_JOURNAL_CORRUPT when a record that had been durable is not readable. */
  static open(options: JournalOptions): Journal {
    checkOptions(options);
    fs.mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const lock = takeLock(options);
    let chain: SegmentChain | undefined;
    try {
      removeDrafts(options);
      adoptSingleFile(options);
      chain = SegmentChain.load(options, options.keys);
      return new Journal(chain, lock, options);
    } catch (error) {
      chain?.close();
      lock.release();
      throw error;
    }
  }

  /** Number of the last record that is durable. */
  get durable(): number {
    return this.lastDurable;
  }

  /** Number of the last record that was appended. */
  get last(): number {
    return this.lastRecord;
  }

  /** Number of the oldest record that can be read. */
  get first(): number {
    return this.chain.first;
  }

  /** Bytes that wait for the disk. */
  get backlogBytes(): number {
    return this.filling.bytes + this.spare.bytes;
  }

  /**
   * Copies the first `length` bytes into the next record and returns its number. A commit is started by itself. Throws, with nothing
   * appended, after the disk has failed.
   */
  append(bytes: Uint8Array, length = bytes.length): number {
    if (this.failure || this.closing) throw this.failure ?? this.closedError();
    if (!(length > 0 && length <= bytes.length && length <= MAX_PAYLOAD_BYTES)) {
      throw new JournalError({
        code: 'NAUT_JOURNAL_RECORD',
        message: `a record of ${length} bytes out of ${bytes.length}; allowed are 1 to ${Math.min(bytes.length, MAX_PAYLOAD_BYTES)}`,
        fix: 'append what the buffer holds',
      });
    }
    this.filling.append(this.lastRecord + 1, this.lastDurable, bytes, length);
    this.lastRecord++;
    if (this.durability === 'always') this.commitNow();
    else if (!this.scheduled && !this.running) this.schedule();
    return this.lastRecord;
  }

  /** Resolves with the last durable record when everything appended so far is durable. Rejects when the disk fails. */
  async flush(): Promise<number> {
    const wanted = this.lastRecord;
    this.waiting++;
    while (this.lastDurable < wanted && !this.failure) await (this.running ??= this.commit());
    this.waiting--;
    if (this.lastDurable < wanted) throw this.failure;
    return this.lastDurable;
  }

  /**
   * Hands over durable records from number `from` on, at most `limit`, and returns the number of the next one. The bytes are valid only inside the
   * handler and begin at a multiple of 8 in their buffer. Call it again with the returned number to follow the journal while it grows.
   */
  read(from: number, handler: (record: number, data: Uint8Array) => void, limit = Number.POSITIVE_INFINITY): number {
    if (this.closed) throw this.closedError();
    return this.chain.read(Math.max(1, from), Math.min(this.lastDurable, from + limit - 1), handler);
  }

  /**
   * Brings a state back as soon as the journal is open: the newest snapshot, then the records after it. Returns the number of the last one.
   * @throws JournalError NAUT_JOURNAL_CORRUPT
   */
  replay({ restore, apply }: Replay): number {
    const snapshot = this.newestSnapshot();
    if (snapshot !== undefined) restore(snapshot.state, snapshot.record);
    return this.chain.read((snapshot?.record ?? 0) + 1, this.lastDurable, apply, false) - 1;
  }

  /**
   * The state that was kept last, of record `upTo` at most, and the number of its record; undefined without one.
   * @throws JournalError NAUT_JOURNAL_CORRUPT
   */
  newestSnapshot(upTo = Number.POSITIVE_INFINITY): { readonly record: number; readonly state: Uint8Array } | undefined {
    const most = Math.min(upTo, this.newest ?? 0);
    const found = listSnapshots(this.place).find(({ record }) => record <= most && record + 1 >= this.first);
    return found && readSnapshot(found, this.keys);
  }

  /**
   * Keeps the state after the last record that was appended, so that recovery need not read what is before it. `write` puts the state's
   * bytes into the sink, or lends them to it, at once; they go to the disk in the background, after the records. Resolves with the number
   * of that record.
   * @throws JournalError NAUT_JOURNAL_DISK_FULL, NAUT_JOURNAL_IO: there is no such snapshot, and the journal goes on
   */
  snapshot(write: (sink: SnapshotSink) => void): Promise<number> {
    if (this.failure || this.closing) throw this.failure ?? this.closedError();
    const sink = new SnapshotSink();
    const record = this.lastRecord;
    write(sink);
    const done = (this.snapshotting ?? Promise.resolve())
      .then(() => this.keep(record, sink))
      .finally(() => sink.release());
    this.snapshotting = done.catch(() => {});
    return done;
  }

  /**
   * Removes what the retention lets go: older snapshots, and segments that lie wholly before the oldest snapshot that is kept. Returns the
   * files. It is done by itself after each snapshot.
   * @throws JournalError NAUT_JOURNAL_CORRUPT when a snapshot that is to be kept is damaged: nothing is removed
   */
  async retain(): Promise<readonly string[]> {
    const { retention, chain } = this;
    const snapshots = listSnapshots(this.place);
    const most = Math.max(1, retention?.snapshots ?? 2);
    const kept = snapshots.slice(0, most);
    // While there are fewer, damage to the last of them must not take the state away.
    if (retention === undefined || kept.length < most) return [];
    const needed = (kept.at(-1) as SnapshotFile).record + 1;
    const old = snapshots.slice(kept.length);
    const count = () => removable(chain.segments, needed, retention, Date.now());
    if (count() + old.length === 0) return [];
    for (const one of kept) await checkSnapshot(one, this.keys);
    for (const { file } of old) fs.rmSync(file, { force: true });
    return [...old.map(({ file }) => file), ...chain.removeOldest(count())];
  }

  /** Makes everything durable and closes the files. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    try {
      await this.flush();
      this.writer.mark(this.lastDurable);
    } finally {
      await this.snapshotting;
      this.closed = true;
      await this.writer.close();
      this.chain.close();
      this.lock.release();
    }
  }

  private async keep(record: number, state: SnapshotSink): Promise<number> {
    await this.flush();
    await this.beforeSnapshot(record);
    // A snapshot says that its records were durable: then they must be.
    if (this.durability === 'memory') this.writer.sync();
    const header = { record, identity: this.identity, createdAt: Date.now(), key: newFileKey(this.keys) };
    await writeSnapshot(this.place, header, state, this.keys);
    this.newest = record;
    await this.retain();
    return record;
  }

  /** Starts a commit after the current turn of the event loop, so that what is appended in one turn shares it. */
  private schedule(): void {
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.running && this.filling.bytes > 0 && !this.closed && !this.failure) this.running = this.commit();
    });
  }

  /** Writes and syncs what waits, and starts the next commit if more came meanwhile. Does not throw. */
  private async commit(): Promise<void> {
    const batch = this.filling;
    this.filling = this.spare;
    this.spare = batch;
    const before = this.lastDurable;
    try {
      for (let from = 0; from < batch.bytes; ) {
        const to = this.writer.fitting(batch, from);
        if (to === from) {
          await this.writer.goOn();
          continue;
        }
        this.lastDurable = await this.writer.write(batch, from, to);
        from = to;
      }
    } catch (error) {
      this.running = undefined;
      if (this.lastDurable > before) this.announce();
      this.fail(ioError(this.writer.file, this.writer.end, error));
      return;
    }
    batch.clear();
    this.running = this.filling.bytes > 0 ? this.commit() : undefined;
    this.announce();
  }

  /** An error of the listener is its own, not one of the disk. */
  private announce(): void {
    try {
      this.onDurable(this.lastDurable);
    } catch (error) {
      throwOnEventLoop(error);
    }
  }

  /** The whole of a commit on this thread. */
  private commitNow(): void {
    const batch = this.filling;
    try {
      this.lastDurable = this.writer.writeNow(batch);
    } catch (error) {
      this.failure = ioError(this.writer.file, this.writer.end, error);
      throw this.failure;
    }
    batch.clear();
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.announce();
      });
    }
  }

  private fail(failure: JournalError): void {
    this.failure = failure;
    if (this.onFailure) this.onFailure(failure);
    else if (this.waiting === 0) throwOnEventLoop(failure);
  }

  private closedError(): JournalError {
    return new JournalError({
      code: 'NAUT_JOURNAL_CLOSED',
      message: `${this.writer.file} was used after it was closed`,
      fix: 'close the journal last',
    });
  }
}

function checkOptions({ name, segmentBytes = LEAST_SEGMENT_BYTES, preallocateBytes = 0 }: JournalOptions): void {
  const option = (what: string, allowed: string) =>
    new JournalError({
      code: 'NAUT_JOURNAL_OPTION',
      message: `${what}; allowed: ${allowed}`,
      fix: 'correct the options that the journal is opened with',
    });
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw option(`a journal's name is "${name}"`, 'a-z, 0-9 and -, a letter first');
  if (!Number.isSafeInteger(segmentBytes) || segmentBytes < LEAST_SEGMENT_BYTES)
    throw option(`segmentBytes is ${segmentBytes}`, `an integer from ${LEAST_SEGMENT_BYTES}`);
  if (!Number.isSafeInteger(preallocateBytes) || preallocateBytes < 0)
    throw option(`preallocateBytes is ${preallocateBytes}`, 'an integer from 0');
}

function throwOnEventLoop(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
