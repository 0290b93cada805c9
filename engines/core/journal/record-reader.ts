import fs from 'node:fs';
import {
  durableAt,
  isIntact,
  lengthAt,
  MAX_LENGTH,
  numberAt,
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

  /** Index in `memory` of the header of a record at a file offset (a multiple of 8) that would end below `end`, or -1. The record is not loaded. */
  headerAt(offset: number, end: number): number {
    if (offset + RECORD_HEADER_BYTES > end) return -1;
    const at = this.load(offset, RECORD_HEADER_BYTES, end);
    if (at < 0) return -1;
    const length = lengthAt(this.memory, at);
    return length <= 0 || length > MAX_LENGTH || offset + recordBytes(length) > end ? -1 : at;
  }

  /**
   * Index in `memory` of the record at a file offset (a multiple of 8), or -1 when there is no intact record below `end`. With
   * `verify` false the checksum is not looked at.
   */
  recordAt(offset: number, end: number, verify = true): number {
    let at = this.headerAt(offset, end);
    if (at < 0) return -1;
    at = this.load(offset, recordBytes(lengthAt(this.memory, at)), end);
    return at >= 0 && (!verify || isIntact(this.memory, at)) ? at : -1;
  }

  /**
   * Whether an intact record may begin at a file offset, and has a number above `records`: asked at every offset behind damage, where
   * most of what looks like a length is none, so it looks at the header alone.
   */
  isPlausible(offset: number, end: number, records: number): boolean {
    const at = this.headerAt(offset, end);
    if (at < 0) return false;
    const number = numberAt(this.memory, at);
    const durable = durableAt(this.memory, at);
    return (
      Number.isSafeInteger(number) &&
      number > records &&
      Number.isSafeInteger(durable) &&
      durable >= 0 &&
      durable < number
    );
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
      // A large record made the memory large; the window stays what it is.
      const wanted = Math.min(Math.max(bytes, WINDOW_BYTES), end - offset);
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
