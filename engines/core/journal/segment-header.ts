/**
 * The first 4096 bytes of a segment, all little-endian:
 *
 * | byte | holds |
 * |---|---|
 * | 0 | magic i32, format i32 |
 * | 8 | number of the segment f64, number of its first record f64, identity of the journal f64 |
 * | 32 | wall clock when it was made f64 (ms since 1970), bytes that the file had then f64 |
 * | 48 | id of the key, 32 bytes of ASCII (zeros: not encrypted), salt of the segment's own key, 32 bytes, check of the key, 8 bytes |
 * | 504 | checksum i32 (CRC-32C) of bytes 0 to 503 |
 * | 512 | the mark: checksum i32 of the rest of it, sealed i32, durable f64, end f64 |
 * | 2048 | bytes 0 to 511 once more: a repair finds there what a damaged header said |
 *
 * All else is zero. The mark is written at an orderly close (at least so many records were durable) and when the next segment has
 * begun (sealed: the records end at byte `end`, and a next segment exists); it fits into one sector, so it is whole or not there.
 *
 * Format 1, of releases with one file a journal, has magic and format, and in its mark a checksum, nothing, and `durable`.
 */
import fs from 'node:fs';
import { crc32c } from './crc32c';
import { JournalError } from './errors';
import { HEADER_BYTES, type RecordMemory, recordMemory } from './format';
import { type FileKey, NO_KEY, readFileKey, writeFileKey } from './keys';

const MAGIC = 0x4c4e4a4e; // "NJNL"
/** Format of one file a journal; it is read and not written any more. */
export const SINGLE_FILE_FORMAT = 1;
export const FORMAT = 2;

const CHECKSUM_WORD = 504 >> 2;
const MARK_OFFSET = 512;
const COPY_OFFSET = 2048;
const COPY_BYTES = 512;
const MARK_BYTES = 24;
const KEY_OFFSET = 48;

export interface SegmentHeader {
  readonly format: number;
  /** 1, 2, 3 … */
  readonly segment: number;
  /** Number of the first record that it holds or will hold. */
  readonly first: number;
  /** Random, the same in all segments of a journal; 0 in format 1. */
  readonly identity: number;
  /** Wall clock, ms since 1970; 0 in format 1. */
  readonly createdAt: number;
  /** Bytes of the file when it was made: it never gets shorter before it is sealed. */
  readonly allocated: number;
  readonly key: FileKey;
}

export interface Mark {
  /** At least so many records of the journal were durable. */
  readonly durable: number;
  /** File offset after the last record of a sealed segment, 0 while it is not sealed. */
  readonly end: number;
}

/** The header of a new segment, whose mark says nothing yet. */
export function encodeHeader(header: Omit<SegmentHeader, 'format'>): Uint8Array {
  const { bytes, words, doubles } = recordMemory(HEADER_BYTES);
  words[0] = MAGIC;
  words[1] = FORMAT;
  doubles[1] = header.segment;
  doubles[2] = header.first;
  doubles[3] = header.identity;
  doubles[4] = header.createdAt;
  doubles[5] = header.allocated;
  writeFileKey(bytes, KEY_OFFSET, header.key);
  words[CHECKSUM_WORD] = crc32c(words, 0, CHECKSUM_WORD);
  bytes.copyWithin(COPY_OFFSET, 0, COPY_BYTES);
  return bytes;
}

/** What the copy of a damaged header says; undefined when it is damaged too. */
export function readHeaderCopy(fd: number): SegmentHeader | undefined {
  const memory = recordMemory(HEADER_BYTES);
  fs.readSync(fd, memory.bytes, 0, COPY_BYTES, COPY_OFFSET);
  const { words } = memory;
  const intact = words[0] === MAGIC && words[1] === FORMAT && words[CHECKSUM_WORD] === crc32c(words, 0, CHECKSUM_WORD);
  return intact ? fieldsOf(memory) : undefined;
}

/** Writes the mark of an open file; it is not synced. */
export function writeMark(fd: number, format: number, { durable, end }: Mark): void {
  const { bytes, words, doubles } = recordMemory(MARK_BYTES);
  doubles[1] = durable;
  const length = format === SINGLE_FILE_FORMAT ? 16 : MARK_BYTES;
  if (format !== SINGLE_FILE_FORMAT) {
    words[1] = end > 0 ? 1 : 0;
    doubles[2] = end;
  }
  words[0] = crc32c(words, format === SINGLE_FILE_FORMAT ? 2 : 1, length >> 2);
  fs.writeSync(fd, bytes, 0, length, MARK_OFFSET);
}

/** Reads header and mark of an open file. @throws JournalError NAUT_JOURNAL_CORRUPT, NAUT_JOURNAL_FORMAT */
export function readHeader(file: string, fd: number): { readonly header: SegmentHeader; readonly mark: Mark } {
  const memory = recordMemory(HEADER_BYTES);
  const read = fs.readSync(fd, memory.bytes, 0, HEADER_BYTES, 0);
  const [magic, format] = memory.words as unknown as [number, number];
  if (read < HEADER_BYTES || magic !== MAGIC) {
    throw corrupt(
      `${file} does not begin like a journal at byte 0 (${read} bytes of header, magic 0x${(magic >>> 0).toString(16)})`,
    );
  }
  if (format === SINGLE_FILE_FORMAT) return { header: singleFile, mark: readOldMark(memory) };
  if (format !== FORMAT) {
    throw new JournalError({
      code: 'NAUT_JOURNAL_FORMAT',
      message: `${file} has journal format ${format}; this program reads formats ${SINGLE_FILE_FORMAT} and ${FORMAT}`,
      fix: 'run the release that wrote it',
    });
  }
  return { header: decode(file, memory), mark: readMark(file, memory) };
}

const singleFile: SegmentHeader = {
  format: SINGLE_FILE_FORMAT,
  segment: 1,
  first: 1,
  identity: 0,
  createdAt: 0,
  allocated: HEADER_BYTES,
  key: NO_KEY,
};

function decode(file: string, memory: RecordMemory): SegmentHeader {
  const { bytes, words } = memory;
  if (words[CHECKSUM_WORD] !== crc32c(words, 0, CHECKSUM_WORD)) {
    throw corrupt(`${file} is damaged between byte 0 and byte 507: the header's checksum is wrong`);
  }
  for (let at = CHECKSUM_WORD * 4 + 4; at < HEADER_BYTES; at++) {
    if (at >= MARK_OFFSET && at < MARK_OFFSET + MARK_BYTES) continue;
    const expected = at >= COPY_OFFSET && at < COPY_OFFSET + COPY_BYTES ? bytes[at - COPY_OFFSET] : 0;
    if (bytes[at] !== expected)
      throw corrupt(`${file} is damaged at byte ${at}: a part of the header that never changes`);
  }
  return fieldsOf(memory);
}

function fieldsOf({ bytes, doubles }: RecordMemory): SegmentHeader {
  return {
    format: FORMAT,
    segment: doubles[1] as number,
    first: doubles[2] as number,
    identity: doubles[3] as number,
    createdAt: doubles[4] as number,
    allocated: doubles[5] as number,
    key: readFileKey(bytes, KEY_OFFSET),
  };
}

function readMark(file: string, { bytes, words, doubles }: RecordMemory): Mark {
  const at = MARK_OFFSET >> 2;
  if (bytes.subarray(MARK_OFFSET, MARK_OFFSET + MARK_BYTES).every((byte) => byte === 0)) return { durable: 0, end: 0 };
  if (words[at] !== crc32c(words, at + 1, at + (MARK_BYTES >> 2))) {
    throw corrupt(`${file} is damaged between byte ${MARK_OFFSET} and byte ${MARK_OFFSET + MARK_BYTES - 1}: the mark`);
  }
  return { durable: doubles[(MARK_OFFSET >> 3) + 1] as number, end: doubles[(MARK_OFFSET >> 3) + 2] as number };
}

/** A mark of format 1; one that is damaged or was never written says 0. */
function readOldMark({ words, doubles }: RecordMemory): Mark {
  const at = MARK_OFFSET >> 2;
  const intact = words[at] === crc32c(words, at + 2, at + 4);
  return { durable: intact ? (doubles[(MARK_OFFSET >> 3) + 1] as number) : 0, end: 0 };
}

const corrupt = (message: string): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_CORRUPT',
    message,
    fix: 'restore the file from a copy, or point the engine at its own data directory; `nautilus journal verify` tells what is readable',
  });
