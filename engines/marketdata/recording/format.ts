/**
 * A recording: a header, blocks of events and, in one that was finished, an index of its blocks. Integers are little-endian; every part
 * carries the CRC-32C of itself. An event is what a feed says (`FeedEvent`), its columns one after the other: times, numbers of orders and
 * prices as differences, all as variable-length integers, compressed by deflate.
 *
 *     header   "NAUTREC1", checksum and length of the JSON that follows, the JSON, blanks up to a multiple of 4
 *     block    magic, checksum of the rest, bytes of the payload, bytes of it before compression, events, 0, first and last time; payload
 *     index    magic, checksum of the rest, blocks; of each block its offset, events before it and first time
 *     end      offset of the index, "NAUTEND1"
 */
import { crc32c } from '@nautilus/core/journal';
import { FeedError } from '../feeds/errors';

export const MAGIC = 'NAUTREC1';
export const END_MAGIC = 'NAUTEND1';
export const BLOCK_MAGIC = 0x4b4c424e;
export const INDEX_MAGIC = 0x58444e49;
export const FIXED_HEADER = 16;
export const BLOCK_HEADER = 40;
export const INDEX_HEADER = 12;
export const INDEX_ENTRY = 24;
export const END_BYTES = 16;
/** Events of a block: what a torn end may cost, and the step of seeking. */
export const BLOCK_EVENTS = 8192;

/** Differs whenever what an event holds or how it is written differs. */
export const eventLayout =
  'kind+side u8, venue u8, time Δ, instrument, order ΔΔ±, price Δ± by instrument, quantity; varint columns, deflate';

export interface RecordingHeader {
  readonly session: string;
  readonly layout: string;
  readonly instruments: readonly {
    readonly id: number;
    readonly symbol: string;
    readonly currency: string;
    readonly tickSize: number;
  }[];
  readonly venues: readonly string[];
}

/** Checksum of bytes whose number is a multiple of 4. */
export function checksum(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes;
  const aligned = byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words =
    aligned === bytes
      ? new Int32Array(buffer, byteOffset, length >> 2)
      : new Int32Array(aligned.buffer, 0, length >> 2);
  return crc32c(words, 0, words.length);
}

export const padded = (length: number): number => (length + 3) & ~3;

export const recordingError = (
  code: 'NAUT_FEED_RECORDING_CORRUPT' | 'NAUT_FEED_RECORDING_UNKNOWN' | 'NAUT_FEED_RECORDING_UNWRITABLE',
  file: string,
  message: string,
  value: string,
  allowed: string,
  fix: string,
  cause?: unknown,
): FeedError => new FeedError({ code, message: `${file}: ${message}`, value, allowed, fix, cause });
