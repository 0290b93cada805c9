import fs from 'node:fs';
import {
  isIntact,
  lengthAt,
  MAX_LENGTH,
  RECORD_HEADER_BYTES,
  type RecordMemory,
  recordBytes,
  recordMemory,
} from './format';

const WINDOW_BYTES = 256 << 10;

/** A window on a segment that moves along it: memory stays bounded however long the file is. */
export class RecordReader {
  memory: RecordMemory = recordMemory(WINDOW_BYTES);
  /** File offset of the window's first byte, a multiple of 8, and how many bytes it holds. */
  private start = 0;
  private held = 0;

  private fd = -1;

  /** Reads from this file from now on, and forgets what was read: it may have changed. */
  use(fd: number): void {
    this.fd = fd;
    this.held = 0;
  }

  /**
   * Index in `memory` of the record at a file offset (a multiple of 8), or -1 when there is no intact record below `end`. With
   * `verify` false the checksum is not looked at.
   */
  recordAt(offset: number, end: number, verify = true): number {
    if (offset + RECORD_HEADER_BYTES > end) return -1;
    let at = this.load(offset, RECORD_HEADER_BYTES, end);
    if (at < 0) return -1;
    const length = lengthAt(this.memory, at);
    if (length <= 0 || length > MAX_LENGTH || offset + recordBytes(length) > end) return -1;
    at = this.load(offset, recordBytes(length), end);
    return at >= 0 && (!verify || isIntact(this.memory, at)) ? at : -1;
  }

  /** Whether the record at an index in `memory`, which lies whole in it, is what was written. */
  isIntact(at: number): boolean {
    return isIntact(this.memory, at);
  }

  /** The first offset from `offset` (a multiple of 8) on, in steps of 8, at which the next 8 bytes are not all zero; `end` or more without one. */
  skipZeros(offset: number, end: number): number {
    for (let from = offset; from < end; ) {
      const at = this.load(from, Math.min(8, end - from), end);
      if (at < 0) return end;
      const { words } = this.memory;
      const whole = (this.held - at) & ~7;
      for (let i = at; i < at + whole; i += 8) {
        if (((words[i >> 2] as number) | (words[(i >> 2) + 1] as number)) !== 0) return from + i - at;
      }
      if (whole < 8) return from;
      from += whole;
    }
    return end;
  }

  /** The offset after the last byte that is not zero among the 8 bytes at `offset`. */
  lastByte(offset: number, end: number): number {
    const count = Math.min(8, end - offset);
    const at = this.load(offset, count, end);
    let last = offset;
    for (let i = 0; i < count; i++) if (this.memory.bytes[at + i] !== 0) last = offset + i + 1;
    return last;
  }

  /** Index in `memory` of a file offset with at least `bytes` after it, or -1 when the file does not have them. */
  load(offset: number, bytes: number, end: number): number {
    if (offset < this.start || offset + bytes > this.start + this.held) {
      if (bytes > this.memory.bytes.length) this.memory = recordMemory((bytes + WINDOW_BYTES) & ~7);
      this.start = offset;
      this.held = 0;
      const wanted = Math.min(this.memory.bytes.length, end - offset);
      while (this.held < wanted) {
        const read = fs.readSync(this.fd, this.memory.bytes, this.held, wanted - this.held, offset + this.held);
        if (read === 0) break;
        this.held += read;
      }
      if (this.held < bytes) return -1;
    }
    return offset - this.start;
  }
}
