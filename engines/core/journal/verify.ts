import fs from 'node:fs';
import type { JournalError } from './errors';
import { HEADER_BYTES } from './format';
import type { JournalKeys } from './keys';
import { noJournal } from './read-journal';
import { RecordReader } from './record-reader';
import { findRuns, type Run } from './runs';
import { Segment } from './segment';
import { type JournalPlace, listSegments, segmentFile } from './segment-files';
import { type Mark, readHeader, readHeaderCopy, type SegmentHeader, SINGLE_FILE_FORMAT } from './segment-header';
import { listSnapshots, readSnapshot } from './snapshot-file';

/** Something that is not as it was written. */
export interface Finding {
  /**
   * - `torn`: bytes of a tail that was being written; no record in them had been reported durable, and opening the journal cuts them off
   * - `damaged`: something that had been durable is not readable
   * - `missing`: a file or a part of one is gone
   */
  readonly kind: 'torn' | 'damaged' | 'missing';
  readonly file: string;
  /** File offset. */
  readonly byte: number;
  /** Number of the first record that it is about, when that is known. */
  readonly record?: number;
  readonly message: string;
}

export interface VerifiedSegment {
  readonly file: string;
  readonly number: number;
  /** Numbers of its first and last readable record; `last` is one less than `first` when there is none. */
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly bytes: number;
  readonly keyId: string;
}

export interface VerifiedSnapshot {
  readonly file: string;
  readonly record: number;
  readonly whole: boolean;
  readonly identity: number;
}

export interface Verification {
  readonly place: JournalPlace;
  readonly segments: readonly VerifiedSegment[];
  /** Newest first. */
  readonly snapshots: readonly VerifiedSnapshot[];
  /** In the order of the files. */
  readonly findings: readonly Finding[];
  /** Number of the last record that is known to have been durable. */
  readonly durable: number;
  /** Readable records. */
  readonly records: number;
}

/** A segment as it is found, for repair. */
export interface FoundSegment extends VerifiedSegment {
  /** What the header, or its copy, says; undefined when neither is readable. */
  readonly header: SegmentHeader | undefined;
  readonly mark: Mark | undefined;
  readonly runs: readonly Run[];
  readonly size: number;
  /** File offset after the last byte that is not zero. */
  readonly lastByte: number;
  /** The highest record that its records and its mark prove to have been durable. */
  readonly proof: number;
  /** What is wrong with its first 4096 bytes. */
  readonly headerError: JournalError | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads every byte of a journal that nobody writes, and changes nothing. Throws only when there is no journal, or no key to it. */
export function verifyJournal(place: JournalPlace, keys?: JournalKeys): Verification {
  const { found, verification } = examine(place, keys);
  return { ...verification, segments: found.map(summary) };
}

/** What `verifyJournal` tells, with what a repair needs besides. @throws JournalError NAUT_JOURNAL_MISSING */
export function examine(
  place: JournalPlace,
  keys?: JournalKeys,
): {
  readonly found: readonly FoundSegment[];
  /** Of the journal, 0 when no header tells it. */
  readonly identity: number;
  readonly verification: Omit<Verification, 'segments'>;
} {
  const files = listSegments(place);
  const findings: Finding[] = [];
  const snapshots = listSnapshots(place).map((one): Writable<VerifiedSnapshot> => {
    try {
      return { ...one, whole: true, identity: readSnapshot(one, keys).identity };
    } catch (error) {
      if ((error as JournalError).code === 'NAUT_JOURNAL_KEY') throw error;
      findings.push({ kind: 'damaged', file: one.file, byte: byteOf(error), message: (error as Error).message });
      return { ...one, whole: false, identity: 0 };
    }
  });
  if (files.length + snapshots.length === 0) throw noJournal(place);
  const found: FoundSegment[] = [];
  for (const { file, number } of files) found.push(look(file, number, (found.at(-1)?.last ?? 0) + 1, keys));
  const identity = found.map(({ header }) => header?.identity ?? 0).find((one) => one !== 0) ?? 0;
  for (const one of snapshots) {
    if (!one.whole || identity === 0 || one.identity === identity) continue;
    findings.push({ kind: 'damaged', file: one.file, byte: 16, message: `snapshot ${one.file} is of another journal` });
    one.whole = false;
  }
  let durable = snapshots.find(({ whole }) => whole)?.record ?? 0;
  for (const { header, headerError, proof } of found) {
    durable = Math.max(durable, proof, header !== undefined && headerError === undefined ? header.first - 1 : 0);
  }
  const newest = snapshots.find(({ whole }) => whole)?.record ?? 0;
  findings.push(...findingsOf(place, found, durable, newest, identity));
  const records = found.reduce((sum, one) => sum + one.records, 0);
  return { found, identity, verification: { place, snapshots, findings, durable, records } };
}

function look(file: string, number: number, least: number, keys?: JournalKeys): FoundSegment {
  const fd = fs.openSync(file, 'r');
  try {
    let header: SegmentHeader | undefined;
    let mark: Mark | undefined;
    let headerError: JournalError | undefined;
    try {
      ({ header, mark } = readHeader(file, fd));
    } catch (error) {
      headerError = error as JournalError;
      header = readHeaderCopy(fd);
    }
    const { size } = fs.fstatSync(fd);
    const reader = new RecordReader();
    reader.use(fd);
    const { runs, durable, lastByte } = findRuns(
      reader,
      size,
      Math.max(1, header?.first ?? least),
      header && new Segment(file, header, { durable: 0, end: 0 }).cipher(keys),
    );
    const first = header?.first ?? runs[0]?.first ?? least;
    return {
      file,
      number,
      first,
      last: runs.at(-1)?.last ?? first - 1,
      records: runs.reduce((sum, run) => sum + run.last - run.first + 1, 0),
      bytes: runs.reduce((sum, run) => sum + run.end - run.start, 0),
      keyId: header?.key.keyId ?? '',
      header,
      mark,
      runs,
      size,
      lastByte,
      proof: Math.max(durable, mark?.durable ?? 0),
      headerError,
    };
  } finally {
    fs.closeSync(fd);
  }
}

function findingsOf(
  place: JournalPlace,
  found: readonly FoundSegment[],
  durable: number,
  newest: number,
  identity: number,
): Finding[] {
  const findings: Finding[] = [];
  const [oldest] = found;
  if (oldest !== undefined && oldest.first > newest + 1) {
    const message = `records 1 to ${oldest.first - 1} are not there, and no whole snapshot stands for them`;
    findings.push({ kind: 'missing', file: segmentFile(place, 1), byte: 0, record: 1, message });
  }
  if (oldest === undefined) {
    const message = `every segment is missing, though record ${newest} had been durable`;
    findings.push({ kind: 'missing', file: segmentFile(place, 1), byte: 0, record: 1, message });
  }
  for (const [i, segment] of found.entries()) {
    const next = found[i + 1];
    findings.push(...findingsIn(segment, next, durable, identity));
    if (next !== undefined && next.number !== segment.number + 1) {
      const file = segmentFile(place, segment.number + 1);
      const message = `${file} is missing: ${next.file} is there, and begins with record ${next.first}`;
      findings.push({ kind: 'missing', file, byte: 0, record: segment.last + 1, message });
    }
    if (next === undefined && (segment.mark?.end ?? 0) > 0) {
      const file = segmentFile(place, segment.number + 1);
      const message = `${file} is missing: ${segment.file} was left for it; how many records it held is not known`;
      findings.push({ kind: 'missing', file, byte: 0, record: segment.last + 1, message });
    }
  }
  return findings;
}

function findingsIn(
  segment: FoundSegment,
  next: FoundSegment | undefined,
  durable: number,
  identity: number,
): Finding[] {
  const { file, header, mark, runs, size, headerError } = segment;
  const findings: Finding[] = [];
  if (headerError) findings.push({ kind: 'damaged', file, byte: byteOf(headerError), message: headerError.message });
  if (header !== undefined && header.format !== SINGLE_FILE_FORMAT && header.identity !== identity) {
    findings.push({ kind: 'damaged', file, byte: 24, message: `${file} is a segment of another journal` });
  }
  if (header !== undefined && header.segment !== segment.number) {
    const message = `${file} says that it is segment ${header.segment}`;
    findings.push({ kind: 'damaged', file, byte: 8, message });
  }
  const proven = provenIn(segment, next, durable);
  let expected = segment.first;
  let offset = HEADER_BYTES;
  for (const run of [...runs, undefined]) {
    const gap = run === undefined ? segment.lastByte > offset : run.start > offset;
    const lost = Math.min((run?.first ?? Number.POSITIVE_INFINITY) - 1, proven);
    if (expected <= lost) {
      const which = expected === lost ? `record ${expected} is` : `records ${expected} to ${lost} are`;
      const message = `${file} is damaged at byte ${offset}: ${which} not readable, though record ${proven} had been durable`;
      findings.push({ kind: 'damaged', file, byte: offset, record: expected, message });
    } else if (gap && next === undefined && (run === undefined || run.first > proven)) {
      const message = `${file} ends in ${segment.lastByte - offset} bytes at byte ${offset} that were being written: no record in them had been reported durable`;
      findings.push({ kind: 'torn', file, byte: offset, record: expected, message });
      break;
    } else if (gap && run !== undefined) {
      const message = `${file} is damaged at byte ${offset}: bytes that are no record stand before record ${run.first}`;
      findings.push({ kind: 'damaged', file, byte: offset, record: run.first, message });
    }
    if (run === undefined) break;
    expected = run.last + 1;
    offset = run.end;
  }
  const least = mark === undefined || header === undefined ? 0 : mark.end > 0 ? mark.end : header.allocated;
  if (size < least) {
    const message = `${file} ends at byte ${size}; it had ${least}: something shortened it`;
    findings.push({ kind: 'missing', file, byte: size, record: segment.last + 1, message });
  }
  return findings;
}

/** The last record of a segment that is known to have been durable in it. */
function provenIn({ number, mark, last }: FoundSegment, next: FoundSegment | undefined, durable: number): number {
  if (next === undefined) return mark !== undefined && mark.end > 0 ? mark.durable : durable;
  if (next.number === number + 1 && next.header !== undefined) return next.header.first - 1;
  return mark !== undefined && mark.end > 0 ? mark.durable : last;
}

const summary = ({ file, number, first, last, records, bytes, keyId }: FoundSegment): VerifiedSegment => ({
  file,
  number,
  first,
  last,
  records,
  bytes,
  keyId,
});

/** The offset that a message names; 0 without one. */
const byteOf = (error: unknown): number => Number(/at byte (\d+)/.exec((error as Error).message)?.[1] ?? 0);
