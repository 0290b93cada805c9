import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { RoleLock } from '../transport/lock';
import { Batch } from './batch';
import { ioError, JournalError } from './errors';
import { allocate, openFile, ZEROS } from './file';
import {
  HEADER_BYTES,
  lengthAt,
  MARK_OFFSET,
  MAX_PAYLOAD_BYTES,
  markBytes,
  numberAt,
  RECORD_HEADER_BYTES,
  recordBytes,
} from './format';
import { OffsetIndex } from './offset-index';
import { RecordReader } from './record-reader';
import { scan } from './recovery';

const write = promisify(fs.write);
const fdatasync = promisify(fs.fdatasync);

/** Allocated room that is kept ahead of the records. */
const AHEAD_BYTES = 4 << 20;

/**
 * When a record counts as durable.
 *
 * - `memory`: when the operating system has it: it survives the process, not the machine
 * - `batched`: when the disk has it; all records that came while the disk was busy share the next sync
 * - `always`: as `batched`, but `append` returns only then. It blocks the thread for each record
 */
export type Durability = 'memory' | 'batched' | 'always';

export interface JournalOptions {
  readonly directory: string;
  /** The file is `<name>.journal`. */
  readonly name: string;
  /** Room that is allocated when the journal is opened; afterwards it grows by itself. @default 16 MiB */
  readonly preallocateBytes?: number;
  readonly durability: Durability;
}

export interface Recovered {
  readonly records: number;
  /** Bytes of them. */
  readonly bytes: number;
  /** Bytes of a torn tail that were cut off; no record in it had been reported durable. */
  readonly truncatedBytes: number;
}

/** An append-only file of numbered records with group commit. One process has it open. */
export class Journal {
  /** What was found when it was opened. */
  readonly recovered: Recovered;
  /** Called with the last durable record after each group commit, never from inside `append`. */
  onDurable: (record: number) => void = () => {};
  /** Called once when the disk refuses; without it the error is thrown on the event loop and ends the process. */
  onFailure: ((error: JournalError) => void) | undefined;

  private readonly index = new OffsetIndex();
  private readonly reader: RecordReader;
  private filling = new Batch();
  private spare = new Batch();
  private lastRecord: number;
  private lastDurable: number;
  /** File offsets: after the last durable record, and after the allocated room. */
  private end: number;
  private allocated: number;
  private running: Promise<void> | undefined;
  private scheduled = false;
  private failure: JournalError | undefined;
  /** Callers of `flush` that are waiting: they are told of a failure by it. */
  private waiting = 0;
  private closing = false;
  private closed = false;

  private constructor(
    private readonly file: string,
    private readonly fd: number,
    private readonly lock: RoleLock,
    private readonly durability: Durability,
    preallocateBytes: number,
  ) {
    const found = scan(file, fd, this.index);
    this.recovered = { records: found.records, bytes: found.end - HEADER_BYTES, truncatedBytes: found.tornBytes };
    this.lastRecord = this.lastDurable = found.records;
    this.end = found.end;
    if (found.tornBytes > 0) fs.ftruncateSync(fd, found.end);
    this.allocated = fs.fstatSync(fd).size;
    if (this.allocated < this.end + preallocateBytes) {
      allocate(file, fd, this.allocated, this.end + preallocateBytes);
      this.allocated = this.end + preallocateBytes;
    }
    // What a killed process left in the page cache becomes as durable as it is called from now on.
    fs.fsyncSync(fd);
    this.reader = new RecordReader(fd);
  }

  /** Opens or creates a journal and recovers what is in it. Throws NAUT_JOURNAL_CORRUPT when a record that had been durable is not readable. */
  static open(options: JournalOptions): Journal {
    fs.mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const file = path.join(options.directory, `${options.name}.journal`);
    const lock = RoleLock.take(`${file}.lock`);
    if (!lock) {
      throw new JournalError({
        code: 'NAUT_JOURNAL_BUSY',
        message: `${file} is open in another process; a journal has one writer`,
        fix: 'stop the other process, or give this one a data directory of its own',
      });
    }
    let fd: number | undefined;
    try {
      fd = openFile(file);
      return new Journal(file, fd, lock, options.durability, options.preallocateBytes ?? 16 << 20);
    } catch (error) {
      if (fd !== undefined) fs.closeSync(fd);
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
    const first = Math.max(1, from);
    const place = this.index.before(first);
    if (!place) return first;
    // Memory of the window may be older than what was appended since.
    this.reader.reset();
    let { record, offset } = place;
    const stop = Math.min(this.lastDurable, from + limit - 1);
    for (; record <= stop; record++) {
      const wanted = record >= from;
      const at = this.reader.recordAt(offset, this.end, wanted);
      const { memory } = this.reader;
      if (at < 0 || numberAt(memory, at) !== record) throw this.damaged(record, offset);
      const length = lengthAt(memory, at);
      if (wanted) handler(record, memory.bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length));
      offset += recordBytes(length);
    }
    return Math.max(first, record);
  }

  /** Makes everything durable and closes the file. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    try {
      await this.flush();
      fs.writeSync(this.fd, markBytes(this.lastDurable), 0, undefined, MARK_OFFSET);
      fs.fdatasyncSync(this.fd);
    } finally {
      this.closed = true;
      fs.closeSync(this.fd);
      this.lock.release();
    }
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
    try {
      await this.writeAll(batch.memory.bytes, batch.bytes, this.end);
      await this.allocateAhead(this.end + batch.bytes);
      if (this.durability !== 'memory') await fdatasync(this.fd);
    } catch (error) {
      this.running = undefined;
      this.fail(ioError(this.file, this.end, error));
      return;
    }
    this.settle(batch);
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
      for (let done = 0; done < batch.bytes; ) {
        done += fs.writeSync(this.fd, batch.memory.bytes, done, batch.bytes - done, this.end + done);
      }
      fs.fdatasyncSync(this.fd);
    } catch (error) {
      this.failure = ioError(this.file, this.end, error);
      throw this.failure;
    }
    this.settle(batch);
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.announce();
      });
    }
  }

  /** The batch is durable. */
  private settle(batch: Batch): void {
    for (let at = 0; at < batch.bytes; ) {
      this.index.note(numberAt(batch.memory, at), this.end + at);
      at += recordBytes(lengthAt(batch.memory, at));
    }
    this.end += batch.bytes;
    this.lastDurable = batch.last;
    batch.clear();
  }

  private async writeAll(bytes: Uint8Array, length: number, offset: number): Promise<void> {
    for (let done = 0; done < length; ) {
      done += (await write(this.fd, bytes, done, length - done, offset + done)).bytesWritten;
    }
  }

  /** One step of at most 1 MiB a commit: growing never holds a commit up for long, and no byte is written twice. */
  private async allocateAhead(end: number): Promise<void> {
    this.allocated = Math.max(this.allocated, end);
    if (this.allocated - end >= AHEAD_BYTES) return;
    try {
      this.allocated += (await write(this.fd, ZEROS, 0, ZEROS.length, this.allocated)).bytesWritten;
    } catch {
      // Room ahead is a convenience; a disk that is really full fails the next record's own write.
    }
  }

  private fail(failure: JournalError): void {
    this.failure = failure;
    if (this.onFailure) this.onFailure(failure);
    else if (this.waiting === 0) throwOnEventLoop(failure);
  }

  private damaged(record: number, offset: number): JournalError {
    return new JournalError({
      code: 'NAUT_JOURNAL_CORRUPT',
      message: `${this.file} is damaged at byte ${offset}: record ${record} is not readable`,
      fix: `restore the file from a copy; the ${record - 1} records before byte ${offset} are intact`,
    });
  }

  private closedError(): JournalError {
    return new JournalError({
      code: 'NAUT_JOURNAL_CLOSED',
      message: `${this.file} was used after it was closed`,
      fix: 'close the journal last',
    });
  }
}

function throwOnEventLoop(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
