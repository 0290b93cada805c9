import { JournalError } from './errors';
import { type RecordMemory, recordBytes, recordMemory, writeRecord } from './format';

const INITIAL_BYTES = 1 << 20;
/** What may wait for the disk before appends are refused. */
const MAX_BACKLOG_BYTES = 256 << 20;

/** Records that wait for one group commit. Its memory is kept and grows to the largest batch. */
export class Batch {
  memory: RecordMemory = recordMemory(INITIAL_BYTES);
  bytes = 0;
  /** Number of the last record, 0 when empty. */
  last = 0;

  append(number: number, durable: number, payload: Uint8Array, length: number): void {
    const end = this.bytes + recordBytes(length);
    if (end > this.memory.bytes.length) this.grow(end);
    this.bytes = writeRecord(this.memory, this.bytes, number, durable, payload, length);
    this.last = number;
  }

  clear(): void {
    this.bytes = 0;
    this.last = 0;
  }

  private grow(needed: number): void {
    if (needed > MAX_BACKLOG_BYTES) {
      throw new JournalError({
        code: 'NAUT_JOURNAL_BACKLOG',
        message: `${(this.bytes / 1048576).toFixed(0)} MiB wait for the disk; at most ${MAX_BACKLOG_BYTES >> 20} MiB may`,
        fix: 'take in less while journal.backlogBytes is high, or use a faster disk',
      });
    }
    const larger = recordMemory(Math.min(MAX_BACKLOG_BYTES, Math.max(needed, this.memory.bytes.length * 2)));
    larger.bytes.set(this.memory.bytes.subarray(0, this.bytes));
    this.memory = larger;
  }
}
