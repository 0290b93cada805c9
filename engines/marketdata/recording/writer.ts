import { closeSync, openSync, writeSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { FeedEvent } from '../feeds/feed';
import { ColumnWriter } from './columns';
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

/** Deflate's quickest level: with differences in columns the others gain little. */
const LEVEL = 1;

/** Writes a recording; a file of this name is replaced. */
export class RecordingWriter {
  /** Events written or waiting in the block that is filled. */
  events = 0;
  private readonly descriptor: number;
  private offset = 0;
  private readonly index: { readonly offset: number; readonly events: number; readonly timeNs: number }[] = [];
  private readonly columns = Array.from({ length: 7 }, () => new ColumnWriter());
  private inBlock = 0;
  private firstNs = 0;
  private lastNs = 0;
  private lastOrder = 0;
  private lastPrices = new Int32Array(1024);

  /** @throws FeedError NAUT_FEED_RECORDING_UNWRITABLE */
  constructor(
    readonly file: string,
    header: Omit<RecordingHeader, 'layout'>,
  ) {
    try {
      this.descriptor = openSync(file, 'w');
    } catch (cause) {
      const { message } = cause as Error;
      const fix = 'name a file in a folder that exists and that may be written to';
      throw recordingError(
        'NAUT_FEED_RECORDING_UNWRITABLE',
        file,
        message,
        file,
        'a file that may be written',
        fix,
        cause,
      );
    }
    const json = Buffer.from(JSON.stringify({ ...header, layout: eventLayout } satisfies RecordingHeader));
    const body = Buffer.alloc(padded(json.length), ' ');
    json.copy(body);
    const fixed = Buffer.alloc(FIXED_HEADER);
    fixed.write(MAGIC, 'latin1');
    fixed.writeInt32LE(checksum(body), 8);
    fixed.writeUInt32LE(body.length, 12);
    this.write(Buffer.concat([fixed, body]));
  }

  add({ kind, side, venue, timeNs, instrument, orderId, price, quantity }: FeedEvent): void {
    if (this.inBlock === 0) this.beginBlock(timeNs);
    const [kinds, venues, times, instruments, orders, prices, quantities] = this.columns as [
      ColumnWriter,
      ColumnWriter,
      ColumnWriter,
      ColumnWriter,
      ColumnWriter,
      ColumnWriter,
      ColumnWriter,
    ];
    kinds.unsigned(kind | (side << 4));
    venues.unsigned(venue);
    times.unsigned(timeNs - this.lastNs);
    instruments.unsigned(instrument);
    orders.signed(orderId - this.lastOrder);
    prices.signed(price - this.lastPrices[instrument]!);
    quantities.unsigned(quantity);
    this.lastNs = timeNs;
    this.lastOrder = orderId;
    this.lastPrices[instrument] = price;
    this.events++;
    if (++this.inBlock === BLOCK_EVENTS) this.endBlock();
  }

  /** Writes what waits, and the index. */
  finish(): void {
    if (this.inBlock > 0) this.endBlock();
    const { index, offset } = this;
    const bytes = Buffer.alloc(INDEX_HEADER + index.length * INDEX_ENTRY + END_BYTES);
    bytes.writeUInt32LE(INDEX_MAGIC, 0);
    bytes.writeUInt32LE(index.length, 8);
    let at = INDEX_HEADER;
    for (const block of index) {
      bytes.writeDoubleLE(block.offset, at);
      bytes.writeDoubleLE(block.events, at + 8);
      bytes.writeDoubleLE(block.timeNs, at + 16);
      at += INDEX_ENTRY;
    }
    bytes.writeInt32LE(checksum(bytes.subarray(8, at)), 4);
    bytes.writeDoubleLE(offset, at);
    bytes.write(END_MAGIC, at + 8, 'latin1');
    this.write(bytes);
    closeSync(this.descriptor);
  }

  /** Every block can be read by itself. */
  private beginBlock(timeNs: number): void {
    for (const column of this.columns) column.clear();
    this.firstNs = timeNs;
    this.lastNs = timeNs;
    this.lastOrder = 0;
    this.lastPrices.fill(0);
  }

  private endBlock(): void {
    const { columns, inBlock } = this;
    const raw = Buffer.alloc(columns.reduce((sum, { length }) => sum + 4 + length, 0));
    let at = 0;
    for (const { bytes, length } of columns) {
      raw.writeUInt32LE(length, at);
      raw.set(bytes.subarray(0, length), at + 4);
      at += 4 + length;
    }
    const packed = deflateRawSync(raw, { level: LEVEL });
    const block = Buffer.alloc(BLOCK_HEADER + padded(packed.length));
    block.writeUInt32LE(BLOCK_MAGIC, 0);
    block.writeUInt32LE(packed.length, 8);
    block.writeUInt32LE(raw.length, 12);
    block.writeUInt32LE(inBlock, 16);
    block.writeDoubleLE(this.firstNs, 24);
    block.writeDoubleLE(this.lastNs, 32);
    packed.copy(block, BLOCK_HEADER);
    block.writeInt32LE(checksum(block.subarray(8)), 4);
    this.index.push({ offset: this.offset, events: this.events - inBlock, timeNs: this.firstNs });
    this.write(block);
    this.inBlock = 0;
  }

  private write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    this.offset += bytes.length;
  }
}
