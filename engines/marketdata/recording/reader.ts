import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { unreadable } from '../feeds/byte-source';
import type { FeedEvent } from '../feeds/feed';
import { ColumnReader } from './columns';
import {
  BLOCK_EVENTS,
  BLOCK_HEADER,
  BLOCK_MAGIC,
  checksum,
  END_BYTES,
  END_MAGIC,
  eventLayout,
  FIXED_HEADER,
  INDEX_ENTRY,
  INDEX_HEADER,
  INDEX_MAGIC,
  MAGIC,
  padded,
  type RecordingHeader,
  recordingError,
} from './format';

/** Where a block stands and what of it is known without reading it. */
export interface BlockPlace {
  readonly offset: number;
  /** Events in the blocks before it. */
  readonly events: number;
  readonly timeNs: number;
}

/**
 * Reads a recording event by event: the fields of the last one stand in it. A file that was not finished has no index: its blocks are
 * found by their headers, and what was torn off at its end is left out (`tornBytes`).
 */
export class RecordingReader implements FeedEvent {
  kind = 0;
  side = 0;
  venue = 0;
  timeNs = 0;
  instrument = 0;
  orderId = 0;
  price = 0;
  quantity = 0;
  readonly header: RecordingHeader;
  readonly blocks: readonly BlockPlace[];
  /** Events of the whole file. */
  readonly events: number;
  readonly startNs: number;
  readonly endNs: number;
  /** Bytes after the last whole block of a file that was not finished. */
  readonly tornBytes: number;
  /** Time of the event that `next` goes to, infinity after the last. */
  nextTimeNs = Number.POSITIVE_INFINITY;
  private readonly descriptor: number;
  private readonly size: number;
  private block = -1;
  /** Events of the block, and how many of them were taken. */
  private count = 0;
  private at = 0;
  private readonly columns = {
    kinds: new Int32Array(BLOCK_EVENTS),
    venues: new Int32Array(BLOCK_EVENTS),
    times: new Float64Array(BLOCK_EVENTS),
    instruments: new Int32Array(BLOCK_EVENTS),
    orders: new Int32Array(BLOCK_EVENTS),
    prices: new Int32Array(BLOCK_EVENTS),
    quantities: new Int32Array(BLOCK_EVENTS),
  };
  private readonly lastPrices = new Int32Array(1024);

  /** @throws FeedError NAUT_FEED_FILE_UNREADABLE, NAUT_FEED_RECORDING_UNKNOWN, NAUT_FEED_RECORDING_CORRUPT */
  constructor(readonly file: string) {
    try {
      this.descriptor = openSync(file, 'r');
    } catch (cause) {
      throw unreadable(file, cause);
    }
    this.size = fstatSync(this.descriptor).size;
    this.header = this.readHeader();
    const first = FIXED_HEADER + this.bytesAt(0, FIXED_HEADER).readUInt32LE(12);
    const { blocks, events, endNs, end } = this.readIndex() ?? this.scan(first);
    this.blocks = blocks;
    this.events = events;
    this.startNs = blocks[0]?.timeNs ?? 0;
    this.endNs = endNs;
    this.tornBytes = this.size - end;
    this.goTo(0);
  }

  /** Goes to the next event; there must be one. @throws FeedError NAUT_FEED_RECORDING_CORRUPT its block is damaged */
  next(): void {
    if (this.at === this.count) this.load(this.block + 1);
    const { columns } = this;
    const at = this.at++;
    const kind = columns.kinds[at]!;
    const instrument = columns.instruments[at]!;
    const price = (this.lastPrices[instrument]! + columns.prices[at]!) | 0;
    this.kind = kind & 15;
    this.side = kind >> 4;
    this.venue = columns.venues[at]!;
    this.timeNs = this.nextTimeNs;
    this.instrument = instrument;
    this.orderId += columns.orders[at]!;
    this.price = price;
    this.lastPrices[instrument] = price;
    this.quantity = columns.quantities[at]!;
    if (this.at < this.count) this.nextTimeNs += columns.times[this.at]!;
    else this.nextTimeNs = this.blocks[this.block + 1]?.timeNs ?? Number.POSITIVE_INFINITY;
  }

  /** The next event is the first at or after a time. */
  seek(timeNs: number): void {
    let block = this.blocks.findLastIndex((place) => place.timeNs < timeNs);
    if (block < 0) block = 0;
    this.goTo(block);
    while (this.nextTimeNs < timeNs) this.next();
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private goTo(block: number): void {
    this.block = block - 1;
    this.at = 0;
    this.count = 0;
    this.nextTimeNs = this.blocks[block]?.timeNs ?? Number.POSITIVE_INFINITY;
  }

  private load(index: number): void {
    const { offset } = this.blocks[index]!;
    const head = this.bytesAt(offset, BLOCK_HEADER);
    const packed = head.readUInt32LE(8);
    const bytes = this.bytesAt(offset, BLOCK_HEADER + padded(packed));
    const count = head.readUInt32LE(16);
    const damaged = head.readUInt32LE(0) !== BLOCK_MAGIC || checksum(bytes.subarray(8)) !== head.readInt32LE(4);
    if (damaged || count > BLOCK_EVENTS) throw this.corrupt(offset, 'block');
    const raw = inflateRawSync(bytes.subarray(BLOCK_HEADER, BLOCK_HEADER + packed));
    const { kinds, venues, times, instruments, orders, prices, quantities } = this.columns;
    let at = 0;
    for (const column of [kinds, venues, times, instruments, orders, prices, quantities]) {
      const end = at + 4 + raw.readUInt32LE(at);
      const reader = new ColumnReader(raw.subarray(at + 4, end));
      if (column === orders || column === prices) reader.readSigned(column, count);
      else reader.read(column, count);
      at = end;
    }
    this.block = index;
    this.count = count;
    this.at = 0;
    this.lastPrices.fill(0);
    this.orderId = 0;
    this.nextTimeNs = head.readDoubleLE(24) + times[0]!;
  }

  private readHeader(): RecordingHeader {
    const { file, size } = this;
    const fixed = size >= FIXED_HEADER ? this.bytesAt(0, FIXED_HEADER) : Buffer.alloc(FIXED_HEADER);
    const magic = fixed.toString('latin1', 0, 8);
    if (magic !== MAGIC)
      throw recordingError(
        'NAUT_FEED_RECORDING_UNKNOWN',
        file,
        'this is no recording',
        JSON.stringify(magic),
        MAGIC,
        'name a file that nautilus wrote',
      );
    const length = fixed.readUInt32LE(12);
    if (length % 4 !== 0 || FIXED_HEADER + length > size) throw this.corrupt(0, 'header');
    const body = this.bytesAt(FIXED_HEADER, length);
    if (checksum(body) !== fixed.readInt32LE(8)) throw this.corrupt(0, 'header');
    const header = JSON.parse(body.toString()) as RecordingHeader;
    if (header.layout !== eventLayout)
      throw recordingError(
        'NAUT_FEED_RECORDING_UNKNOWN',
        file,
        'its events are laid out otherwise than this version reads them',
        header.layout,
        eventLayout,
        'record again with this version',
      );
    return header;
  }

  /** The index of a finished file; undefined when there is none. */
  private readIndex() {
    const { size } = this;
    if (size < END_BYTES) return undefined;
    const last = this.bytesAt(size - END_BYTES, END_BYTES);
    if (last.toString('latin1', 8) !== END_MAGIC) return undefined;
    const offset = last.readDoubleLE(0);
    const length = size - END_BYTES - offset;
    if (!(offset >= FIXED_HEADER && length >= INDEX_HEADER)) throw this.corrupt(size - END_BYTES, 'end');
    const bytes = this.bytesAt(offset, length);
    const count = bytes.readUInt32LE(8);
    const wrong =
      bytes.readUInt32LE(0) !== INDEX_MAGIC ||
      length !== INDEX_HEADER + count * INDEX_ENTRY ||
      checksum(bytes.subarray(8)) !== bytes.readInt32LE(4);
    if (wrong) throw this.corrupt(offset, 'index');
    const blocks: BlockPlace[] = Array.from({ length: count }, (_, block) => {
      const at = INDEX_HEADER + block * INDEX_ENTRY;
      return {
        offset: bytes.readDoubleLE(at),
        events: bytes.readDoubleLE(at + 8),
        timeNs: bytes.readDoubleLE(at + 16),
      };
    });
    const newest = blocks.at(-1);
    if (newest === undefined) return { blocks, events: 0, endNs: 0, end: size };
    const head = this.bytesAt(newest.offset, BLOCK_HEADER);
    return { blocks, events: newest.events + head.readUInt32LE(16), endNs: head.readDoubleLE(32), end: size };
  }

  /** Finds the blocks of a file that was not finished, up to the first that is not whole. */
  private scan(first: number) {
    const blocks: BlockPlace[] = [];
    let [events, endNs, offset] = [0, 0, first];
    while (offset + BLOCK_HEADER <= this.size) {
      const head = this.bytesAt(offset, BLOCK_HEADER);
      if (head.readUInt32LE(0) !== BLOCK_MAGIC) break;
      const length = BLOCK_HEADER + padded(head.readUInt32LE(8));
      if (offset + length > this.size) break;
      blocks.push({ offset, events, timeNs: head.readDoubleLE(24) });
      events += head.readUInt32LE(16);
      endNs = head.readDoubleLE(32);
      offset += length;
    }
    return { blocks, events, endNs, end: offset };
  }

  private bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const read = readSync(this.descriptor, bytes, 0, length, offset);
    if (read < length) throw this.corrupt(offset, 'end');
    return bytes;
  }

  private corrupt(offset: number, part: string) {
    return recordingError(
      'NAUT_FEED_RECORDING_CORRUPT',
      this.file,
      `the ${part} at byte ${offset} is damaged: its checksum is another one`,
      String(offset),
      'the bytes that were written',
      'copy the file again, or record again',
    );
  }
}
