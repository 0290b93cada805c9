/**
 * The bytes of a segment, all little-endian:
 *
 * - a header of 4096 bytes, see `segment-header.ts`
 * - records one after the other, each a multiple of 8 bytes:
 *   `checksum i32 · length i32 · number f64 · durable f64 · payload · zeros up to 8 bytes`. The checksum (CRC-32C) covers everything after it.
 *   `number` counts 1, 2, 3 … through all segments; `durable` is the last record that was known to be on disk when this one was appended
 * - zeros: room that was allocated ahead
 *
 * Encrypted records stand in blocks, see `block-cipher.ts`. `durable` lets recovery tell a torn tail (records that were never reported durable; cutting them loses nothing) from damage to the middle.
 */
import { crc32c } from './crc32c';

export const HEADER_BYTES = 4096;
export const RECORD_HEADER_BYTES = 24;
export const MAX_PAYLOAD_BYTES = 16 << 20;
/** In the length of a record that is a block of encrypted records, see `block-cipher.ts`. */
export const SEALED = 1 << 30;
/** Longest payload in a file: a block may hold the longest record. */
export const MAX_LENGTH = MAX_PAYLOAD_BYTES + 64;

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
  else copyStart(memory, start, payload, length);
  words[(at >> 2) + 1] = length;
  doubles[(at >> 3) + 1] = number;
  doubles[(at >> 3) + 2] = durable;
  words[at >> 2] = crc32c(words, (at >> 2) + 1, end >> 2);
  return end;
}

/** The buffer that records are taken from, as words: callers that append part of a buffer append from the same one again and again. */
let source: Uint8Array = new Uint8Array();
let sourceWords: Int32Array = new Int32Array();

function copyStart({ bytes, words }: RecordMemory, to: number, payload: Uint8Array, length: number): void {
  if (payload !== source) {
    source = payload;
    const aligned = payload.byteOffset % 4 === 0;
    sourceWords = new Int32Array(payload.buffer, aligned ? payload.byteOffset : 0, aligned ? payload.length >> 2 : 0);
  }
  const whole = Math.min(length >> 2, sourceWords.length);
  const from = to >> 2;
  for (let i = 0; i < whole; i++) words[from + i] = sourceWords[i] as number;
  for (let i = whole * 4; i < length; i++) bytes[to + i] = payload[i] as number;
}

/** Puts the checksum on a record whose payload of `length` bytes and whose other fields are written; returns the byte after it. */
export function completeRecord({ words }: RecordMemory, at: number, length: number): number {
  const end = at + recordBytes(length);
  words[at >> 2] = crc32c(words, (at >> 2) + 1, end >> 2);
  return end;
}

/** Bytes of the payload. */
export const lengthAt = ({ words }: RecordMemory, at: number): number => (words[(at >> 2) + 1] as number) & ~SEALED;
export const isSealedAt = ({ words }: RecordMemory, at: number): boolean =>
  ((words[(at >> 2) + 1] as number) & SEALED) !== 0;
/** Records that it stands for: a block of encrypted ones says how many it holds. */
export const countAt = (memory: RecordMemory, at: number): number =>
  isSealedAt(memory, at) ? (memory.words[(at + RECORD_HEADER_BYTES) >> 2] as number) : 1;
export const numberAt = ({ doubles }: RecordMemory, at: number): number => doubles[(at >> 3) + 1] as number;
export const durableAt = ({ doubles }: RecordMemory, at: number): number => doubles[(at >> 3) + 2] as number;

/** Whether a record that lies whole in memory, `length` as it says itself, is what was written. */
export const isIntact = ({ words }: RecordMemory, at: number): boolean =>
  words[at >> 2] === crc32c(words, (at >> 2) + 1, (at + recordBytes((words[(at >> 2) + 1] as number) & ~SEALED)) >> 2);
