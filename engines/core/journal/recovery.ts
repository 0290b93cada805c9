import fs from 'node:fs';
import { JournalError } from './errors';
import { durableAt, HEADER_BYTES, lengthAt, MAGIC, numberAt, readMark, recordBytes, VERSION } from './format';
import type { OffsetIndex } from './offset-index';
import { RecordReader } from './record-reader';

export interface Scan {
  /** Number of the last intact record, 0 in an empty journal. */
  readonly records: number;
  /** Offset after it. */
  readonly end: number;
  /** Bytes after it that are not zero: a tail that was being written when the process or the machine died. */
  readonly tornBytes: number;
}

/** Reads every record, fills the index, and decides what the first unreadable byte means. Throws when something durable is lost. */
export function scan(file: string, fd: number, index: OffsetIndex): Scan {
  const mark = checkHeader(file, fd);
  const size = fs.fstatSync(fd).size;
  const reader = new RecordReader(fd);
  let records = 0;
  let offset = HEADER_BYTES;
  for (;;) {
    const at = reader.recordAt(offset, size);
    if (at < 0 || numberAt(reader.memory, at) !== records + 1) break;
    records++;
    index.note(records, offset);
    offset += recordBytes(lengthAt(reader.memory, at));
  }
  const { lastByte, durable } = searchBeyond(reader, offset, size, records);
  const proof = Math.max(mark, durable);
  if (proof > records) {
    throw new JournalError({
      code: 'NAUT_JOURNAL_CORRUPT',
      message: `${file} is damaged at byte ${offset}: record ${records + 1} is not readable, though record ${proof} had been durable`,
      fix: `restore the file from a copy; the ${records} records before byte ${offset} are intact`,
    });
  }
  return { records, end: offset, tornBytes: lastByte - offset };
}

function checkHeader(file: string, fd: number): number {
  const header = new Uint8Array(HEADER_BYTES);
  const read = fs.readSync(fd, header, 0, HEADER_BYTES, 0);
  const [magic, version] = new Int32Array(header.buffer, 0, 2);
  if (read < HEADER_BYTES || magic !== MAGIC) {
    throw new JournalError({
      code: 'NAUT_JOURNAL_CORRUPT',
      message: `${file} does not begin like a journal at byte 0 (${read} bytes of header, magic 0x${((magic as number) >>> 0).toString(16)})`,
      fix: 'restore the file from a copy, or point the engine at its own data directory',
    });
  }
  if (version !== VERSION) {
    throw new JournalError({
      code: 'NAUT_JOURNAL_FORMAT',
      message: `${file} has journal format ${version}; this program reads format ${VERSION}`,
      fix: 'run the release that wrote it',
    });
  }
  return readMark(header);
}

/** Looks at everything behind the last intact record: where it ends, and which record the intact records in it prove to have been durable. */
function searchBeyond(
  reader: RecordReader,
  from: number,
  size: number,
  records: number,
): { lastByte: number; durable: number } {
  let lastByte = from;
  let durable = 0;
  for (let offset = reader.skipZeros(from, size); offset < size; offset = reader.skipZeros(offset + 8, size)) {
    lastByte = reader.lastByte(offset, size);
    const at = reader.recordAt(offset, size, false);
    if (at < 0 || !isPlausible(reader, at, records) || reader.recordAt(offset, size) < 0) continue;
    durable = Math.max(durable, durableAt(reader.memory, reader.recordAt(offset, size)));
  }
  return { lastByte, durable };
}

/** Cheap to ask at every offset, before the checksum: could this be a record after the last intact one? */
function isPlausible({ memory }: RecordReader, at: number, records: number): boolean {
  const number = numberAt(memory, at);
  const durable = durableAt(memory, at);
  return (
    Number.isSafeInteger(number) &&
    number > records &&
    Number.isSafeInteger(durable) &&
    durable >= 0 &&
    durable < number
  );
}
