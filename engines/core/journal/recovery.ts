import fs from 'node:fs';
import { damaged, incomplete } from './errors';
import { countAt, durableAt, HEADER_BYTES, lengthAt, numberAt, recordBytes } from './format';
import type { RecordReader } from './record-reader';
import type { Segment } from './segment';

/** What is known from outside a segment about the records in it. */
export interface Proof {
  /** Records up to this one had been durable. */
  readonly record: number;
  /** The segment was left behind, and its last record is exactly that one. */
  readonly sealed: boolean;
}

/**
 * Reads every record of a segment, fills its index, and decides what the first unreadable byte means.
 * @throws JournalError NAUT_JOURNAL_CORRUPT when something durable is lost
 */
export function scan(segment: Segment, reader: RecordReader, proof: Proof): void {
  const { file, header, mark } = segment;
  const fd = segment.descriptor;
  const size = fs.fstatSync(fd).size;
  const least = mark.end > 0 ? mark.end : header.allocated;
  reader.use(fd);
  segment.index.clear();
  let last = header.first - 1;
  let offset = HEADER_BYTES;
  for (;;) {
    const at = reader.recordAt(offset, size);
    if (at < 0 || numberAt(reader.memory, at) !== last + 1) break;
    segment.index.note(last + 1, offset);
    last += countAt(reader.memory, at);
    offset += recordBytes(lengthAt(reader.memory, at));
  }
  segment.last = last;
  segment.end = offset;
  let proven = Math.max(mark.durable, proof.record);
  if (last < proven) throw damaged(file, offset, last + 1, `, though record ${proven} had been durable`);
  if (proof.sealed && last > proof.record) {
    throw incomplete(`${file} holds record ${last}, though the next segment begins with record ${proof.record + 1}`);
  }
  if (size < least) {
    throw incomplete(
      `${file} ends at byte ${size}; it had ${least}: something shortened it, and whether records after record ${last} are lost is not known`,
    );
  }
  const { lastByte, durable } = searchBeyond(reader, offset, size, last);
  proven = Math.max(proven, durable);
  if (last < proven) throw damaged(file, offset, last + 1, `, though record ${proven} had been durable`);
  segment.tornBytes = lastByte - offset;
  segment.scanned = true;
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
    if (!reader.isPlausible(offset, size, records)) continue;
    const at = reader.recordAt(offset, size);
    if (at >= 0) durable = Math.max(durable, durableAt(reader.memory, at));
  }
  return { lastByte, durable };
}
