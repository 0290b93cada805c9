/**
 * The bytes of a journal file, all little-endian:
 *
 * - a header of 4096 bytes: magic, version; from byte 512 the mark, see `Mark`
 * - records one after the other, each a multiple of 8 bytes:
 *   `checksum i32 · length i32 · number f64 · durable f64 · payload · zeros up to 8 bytes`. The checksum (CRC-32C) covers everything after it.
 *   `number` counts 1, 2, 3 …; `durable` is the last record that was known to be on disk when this one was appended
 * - zeros: room that was allocated ahead
 *
 * `durable` lets recovery tell a torn tail (records that were never reported durable; cutting them loses nothing) from damage to the middle.
 */
import { crc32c } from './crc32c';

export const MAGIC = 0x4c4e4a4e; // "NJNL"
export const VERSION = 1;
export const HEADER_BYTES = 4096;
export const MARK_OFFSET = 512;
const MARK_BYTES = 16;

export const RECORD_HEADER_BYTES = 24;
export const MAX_PAYLOAD_BYTES = 16 << 20;

/** Memory that holds records, seen as each of the types that it is made of. */
export interface RecordMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

export function recordMemory(size: number): RecordMemory {
  const buffer = new ArrayBuffer(size);
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer), doubles: new Float64Array(buffer) };
}

/** Bytes that a record of this payload takes. */
export const recordBytes = (length: number): number => (RECORD_HEADER_BYTES + length + 7) & ~7;

/** Writes the record at byte `at`, a multiple of 8, and returns the byte after it. Does not allocate. */
export function writeRecord(
  memory: RecordMemory,
  at: number,
  number: number,
  durable: number,
  payload: Uint8Array,
  length: number,
): number {
  const end = at + recordBytes(length);
  const { bytes, words, doubles } = memory;
  doubles[(end >> 3) - 1] = 0; // the padding, before the payload covers the rest of its word
  const start = at + RECORD_HEADER_BYTES;
  if (length === payload.length) bytes.set(payload, start);
  else for (let i = 0; i < length; i++) bytes[start + i] = payload[i] as number;
  words[(at >> 2) + 1] = length;
  doubles[(at >> 3) + 1] = number;
  doubles[(at >> 3) + 2] = durable;
  words[at >> 2] = crc32c(words, (at >> 2) + 1, end >> 2);
  return end;
}

export const lengthAt = ({ words }: RecordMemory, at: number): number => words[(at >> 2) + 1] as number;
export const numberAt = ({ doubles }: RecordMemory, at: number): number => doubles[(at >> 3) + 1] as number;
export const durableAt = ({ doubles }: RecordMemory, at: number): number => doubles[(at >> 3) + 2] as number;

/** Whether a record that lies whole in memory, `length` as it says itself, is what was written. */
export const isIntact = ({ words }: RecordMemory, at: number): boolean =>
  words[at >> 2] === crc32c(words, (at >> 2) + 1, (at + recordBytes(words[(at >> 2) + 1] as number)) >> 2);

export function headerBytes(): Uint8Array {
  const { bytes, words } = recordMemory(HEADER_BYTES);
  words[0] = MAGIC;
  words[1] = VERSION;
  return bytes;
}

/** The mark in the header: at least this many records were durable. Written at an orderly close, so that damage to the end is noticed too. */
export function markBytes(durable: number): Uint8Array {
  const { bytes, words, doubles } = recordMemory(MARK_BYTES);
  doubles[1] = durable;
  words[0] = crc32c(words, 2, 4);
  return bytes;
}

/** Reads the mark; one that is damaged or was never written says 0. */
export function readMark(header: Uint8Array): number {
  const { bytes, words, doubles } = recordMemory(MARK_BYTES);
  bytes.set(header.subarray(MARK_OFFSET, MARK_OFFSET + MARK_BYTES));
  return words[0] === crc32c(words, 2, 4) ? (doubles[1] as number) : 0;
}
