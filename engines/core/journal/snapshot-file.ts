/**
 * A snapshot, `<name>.<record, 15 digits>.snapshot`: the state after a record. All little-endian:
 *
 * | byte | holds |
 * |---|---|
 * | 0 | magic i32, format i32 |
 * | 8 | number of the record f64, identity of the journal f64, wall clock when it was made f64 (ms since 1970), bytes of the state f64 |
 * | 48 | id of the key, 32 bytes of ASCII (zeros: not encrypted), salt of the snapshot's own key, 32 bytes, check of the key, 8 bytes |
 * | 504 | checksum i32 (CRC-32C) of bytes 0 to 503 |
 * | 512 | the state in parts of 64 KiB, the last as long as it is, each as a record of a segment: number 1, 2, 3 …, `durable` is the record of the snapshot |
 *
 * It is written under another name, synced, and renamed: one that has its name is whole, or was damaged later.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BlockCipher } from './block-cipher';
import { crc32c } from './crc32c';
import { ioError, JournalError } from './errors';
import {
  durableAt,
  isSealedAt,
  lengthAt,
  numberAt,
  RECORD_HEADER_BYTES,
  type RecordMemory,
  recordBytes,
  recordMemory,
  writeRecord,
} from './format';
import { type FileKey, type JournalKeys, readFileKey, writeFileKey } from './keys';
import { RecordReader } from './record-reader';
import { type JournalPlace, syncDirectory } from './segment-files';
import { PART_BYTES, type SnapshotSink } from './snapshot-sink';

const MAGIC = 0x534e4a4e; // "NJNS"
const FORMAT = 1;
const HEADER_BYTES = 512;
const CHECKSUM_WORD = 504 >> 2;
const KEY_OFFSET = 48;

export interface SnapshotHeader {
  /** The state is that after this record. */
  readonly record: number;
  /** Of the journal. */
  readonly identity: number;
  /** Wall clock, ms since 1970. */
  readonly createdAt: number;
  readonly key: FileKey;
}

export interface SnapshotFile {
  readonly file: string;
  readonly record: number;
}

export interface Snapshot extends SnapshotHeader {
  readonly file: string;
  /** Begins at a multiple of 8 in its buffer. */
  readonly state: Uint8Array;
}

export const snapshotFile = ({ directory, name }: JournalPlace, record: number): string =>
  path.join(directory, `${name}.${String(record).padStart(15, '0')}.snapshot`);

/** The snapshots that are there, newest first. */
export function listSnapshots({ directory, name }: JournalPlace): SnapshotFile[] {
  if (!fs.existsSync(directory)) return [];
  const prefix = `${name}.`;
  return fs
    .readdirSync(directory)
    .flatMap((entry) => {
      const digits = entry.startsWith(prefix)
        ? /^(\d{15,})\.snapshot$/.exec(entry.slice(prefix.length))?.[1]
        : undefined;
      return digits === undefined ? [] : [{ file: path.join(directory, entry), record: Number(digits) }];
    })
    .sort((a, b) => b.record - a.record);
}

/** Puts a snapshot on disk, whole or not at all. @throws JournalError NAUT_JOURNAL_DISK_FULL, NAUT_JOURNAL_IO */
export async function writeSnapshot(
  place: JournalPlace,
  header: SnapshotHeader,
  state: SnapshotSink,
  keys?: JournalKeys,
): Promise<string> {
  const file = snapshotFile(place, header.record);
  const draft = `${file}.new`;
  const cipher = cipherOf(file, header, state.length, keys);
  try {
    const handle = await fs.promises.open(draft, 'w', 0o600);
    try {
      await handle.writeFile(encodeHeader(header, state.length));
      const memory = recordMemory(recordBytes(PART_BYTES));
      let number = 0;
      for (const part of state.parts()) {
        number++;
        const sealed = cipher?.sealPart(part, number, header.record);
        const end = sealed?.bytes ?? writeRecord(memory, 0, number, header.record, part, part.length);
        await handle.writeFile((sealed?.memory ?? memory).bytes.subarray(0, end));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    fs.renameSync(draft, file);
    syncDirectory(place.directory);
    return file;
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw ioError(file, 0, error);
  }
}

/** Reads a snapshot and checks every byte of it. @throws JournalError NAUT_JOURNAL_CORRUPT, NAUT_JOURNAL_FORMAT, NAUT_JOURNAL_KEY */
export function readSnapshot(snapshot: SnapshotFile, keys?: JournalKeys): Snapshot {
  let state = new Uint8Array(0);
  const reading = parts(snapshot, keys, (part, from, bytes) => {
    if (from === 0) state = new Uint8Array(bytes);
    state.set(part, from);
  });
  for (;;) {
    const { done, value } = reading.next();
    if (done) return { ...value, file: snapshot.file, state };
  }
}

/** Checks every byte of a snapshot, a part in each turn of the event loop. @throws as `readSnapshot` */
export async function checkSnapshot(snapshot: SnapshotFile, keys?: JournalKeys): Promise<void> {
  for (const _ of parts(snapshot, keys, () => {})) await setImmediate();
}

/** Hands over the parts of a state, each valid only inside, and stops after each. */
function* parts(
  { file, record }: SnapshotFile,
  keys: JournalKeys | undefined,
  take: (part: Uint8Array, from: number, bytes: number) => void,
): Generator<undefined, SnapshotHeader> {
  const fd = fs.openSync(file, 'r');
  try {
    const size = fs.fstatSync(fd).size;
    const { header, bytes } = decodeHeader(file, fd);
    if (header.record !== record) throw corrupt(file, 8, `it says that it is of record ${header.record}`);
    if (!(bytes >= 0 && bytes <= size)) throw corrupt(file, 32, `a state of ${bytes} bytes in a file of ${size}`);
    const cipher = cipherOf(file, header, bytes, keys);
    const reader = new RecordReader();
    reader.use(fd);
    let offset = HEADER_BYTES;
    for (let from = 0, part = 1; from < bytes; from += PART_BYTES, part++) {
      const at = reader.recordAt(offset, size);
      const length = Math.min(PART_BYTES, bytes - from);
      const found =
        at >= 0 &&
        numberAt(reader.memory, at) === part &&
        durableAt(reader.memory, at) === record &&
        isSealedAt(reader.memory, at) === (cipher !== undefined);
      const piece = found ? (cipher ? cipher.open(reader.memory, at) : plainPart(reader.memory, at)) : undefined;
      if (piece?.bytes !== length) throw corrupt(file, offset, `part ${part} of the state is not readable`);
      const start = cipher ? 0 : at + RECORD_HEADER_BYTES;
      take(piece.memory.bytes.subarray(start, start + length), from, bytes);
      offset += recordBytes(lengthAt(reader.memory, at));
      yield;
    }
    if (size !== offset) throw corrupt(file, offset, `${size - offset} bytes follow the state`);
    return header;
  } finally {
    fs.closeSync(fd);
  }
}

/** The newest snapshot of a journal that is whole, and why newer ones are not. `identity` 0: that of the journal is not known. */
export function newestSnapshot(
  place: JournalPlace,
  identity: number,
  keys?: JournalKeys,
): { readonly snapshot?: SnapshotFile; readonly refused: readonly JournalError[] } {
  const refused: JournalError[] = [];
  for (const snapshot of listSnapshots(place)) {
    try {
      const found = readSnapshot(snapshot, keys);
      if (identity !== 0 && found.identity !== identity) throw corrupt(snapshot.file, 16, 'it is of another journal');
      return { snapshot, refused };
    } catch (error) {
      if (!(error instanceof JournalError) || error.code === 'NAUT_JOURNAL_KEY') throw error;
      refused.push(error);
    }
  }
  return { refused };
}

const plainPart = (memory: RecordMemory, at: number) => ({ memory, bytes: lengthAt(memory, at) });

function cipherOf(
  file: string,
  { key, identity, record }: SnapshotHeader,
  bytes: number,
  keys?: JournalKeys,
): BlockCipher | undefined {
  const context = `snapshot ${identity} ${record} ${bytes}`;
  return key.keyId === '' ? undefined : new BlockCipher({ file, key, context, segment: 0 }, keys);
}

function encodeHeader(header: SnapshotHeader, stateBytes: number): Uint8Array {
  const { bytes, words, doubles } = recordMemory(HEADER_BYTES);
  words[0] = MAGIC;
  words[1] = FORMAT;
  doubles[1] = header.record;
  doubles[2] = header.identity;
  doubles[3] = header.createdAt;
  doubles[4] = stateBytes;
  writeFileKey(bytes, KEY_OFFSET, header.key);
  words[CHECKSUM_WORD] = crc32c(words, 0, CHECKSUM_WORD);
  return bytes;
}

function decodeHeader(file: string, fd: number): { readonly header: SnapshotHeader; readonly bytes: number } {
  const { bytes, words, doubles } = recordMemory(HEADER_BYTES);
  const read = fs.readSync(fd, bytes, 0, HEADER_BYTES, 0);
  if (read < HEADER_BYTES || words[0] !== MAGIC) throw corrupt(file, 0, 'it does not begin like a snapshot');
  if (words[1] !== FORMAT) {
    throw new JournalError({
      code: 'NAUT_JOURNAL_FORMAT',
      message: `${file} has snapshot format ${words[1]}; this program reads format ${FORMAT}`,
      fix: 'run the release that wrote it',
    });
  }
  if (words[CHECKSUM_WORD] !== crc32c(words, 0, CHECKSUM_WORD) || words[CHECKSUM_WORD + 1] !== 0)
    throw corrupt(file, 0, "the header's checksum is wrong");
  return {
    header: {
      record: doubles[1] as number,
      identity: doubles[2] as number,
      createdAt: doubles[3] as number,
      key: readFileKey(bytes, KEY_OFFSET),
    },
    bytes: doubles[4] as number,
  };
}

const corrupt = (file: string, offset: number, why: string): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_CORRUPT',
    message: `snapshot ${file} is damaged at byte ${offset}: ${why}`,
    fix: 'restore the file from a copy; an older snapshot and the records after it stand for the same state',
  });
