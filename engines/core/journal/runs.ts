import type { BlockCipher } from './block-cipher';
import { countAt, durableAt, HEADER_BYTES, isSealedAt, lengthAt, numberAt, recordBytes } from './format';
import type { RecordReader } from './record-reader';

/** Intact records that follow one another in a file, by number and by place. */
export interface Run {
  readonly first: number;
  readonly last: number;
  /** File offsets of the first of them, and after the last. */
  readonly start: number;
  readonly end: number;
}

export interface Runs {
  readonly runs: readonly Run[];
  /** The highest record that one of them proves to have been durable. */
  readonly durable: number;
  /** File offset after the last byte that is not zero. */
  readonly lastByte: number;
}

/**
 * Finds every intact record of a segment, also behind damage, whatever its header says.
 *
 * @param first number below which no record can be
 * @param cipher of an encrypted segment: a block that is not authentic is not intact
 */
export function findRuns(reader: RecordReader, size: number, first: number, cipher?: BlockCipher): Runs {
  const runs: Run[] = [];
  let durable = 0;
  let lastByte = HEADER_BYTES;
  let last = first - 1;
  let offset = reader.skipZeros(HEADER_BYTES, size);
  while (offset < size) {
    const start = offset;
    let runFirst = 0;
    for (;;) {
      const at = reader.isPlausible(offset, size, last) ? reader.recordAt(offset, size) : -1;
      if (at < 0 || isSealedAt(reader.memory, at) !== (cipher !== undefined)) break;
      if (cipher !== undefined && cipher.open(reader.memory, at) === undefined) break;
      const number = numberAt(reader.memory, at);
      // After damage any later record may be next; within a run only the next one.
      if (offset === start) runFirst = number;
      else if (number !== last + 1) break;
      last = number + countAt(reader.memory, at) - 1;
      durable = Math.max(durable, durableAt(reader.memory, at));
      offset += recordBytes(lengthAt(reader.memory, at));
    }
    if (offset > start) {
      runs.push({ first: runFirst, last, start, end: offset });
      lastByte = offset;
    } else {
      lastByte = reader.lastByte(offset, size);
      offset += 8;
    }
    offset = reader.skipZeros(offset, size);
  }
  return { runs, durable, lastByte };
}
