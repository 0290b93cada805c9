import fs from 'node:fs';
import path from 'node:path';
import { JournalError } from './errors';
import { lengthAt, RECORD_HEADER_BYTES, recordBytes } from './format';
import { OffsetIndex } from './offset-index';
import { RecordReader } from './record-reader';
import { scan } from './recovery';

/**
 * Reads the whole of a journal that no engine writes at the moment, and changes nothing: a torn tail stays where it is.
 * The bytes are valid only inside the handler. Throws NAUT_JOURNAL_CORRUPT when a record that had been durable is not readable.
 */
export function readJournal(
  journal: { readonly directory: string; readonly name: string },
  handler: (record: number, data: Uint8Array) => void,
): { readonly records: number; readonly tornBytes: number } {
  const file = path.join(journal.directory, `${journal.name}.journal`);
  if (!fs.existsSync(file)) {
    throw new JournalError({
      code: 'NAUT_JOURNAL_MISSING',
      message: `there is no journal ${file}`,
      fix: 'name the data directory of the engine that wrote it',
    });
  }
  const fd = fs.openSync(file, 'r');
  try {
    const index = new OffsetIndex();
    const { records, end, tornBytes } = scan(file, fd, index);
    const reader = new RecordReader(fd);
    let offset = index.before(1)?.offset ?? end;
    for (let record = 1; record <= records; record++) {
      const at = reader.recordAt(offset, end);
      const length = lengthAt(reader.memory, at);
      const start = at + RECORD_HEADER_BYTES;
      handler(record, reader.memory.bytes.subarray(start, start + length));
      offset += recordBytes(length);
    }
    return { records, tornBytes };
  } finally {
    fs.closeSync(fd);
  }
}
