import fs from 'node:fs';
import path from 'node:path';
import { ioError, JournalError } from './errors';
import { HEADER_BYTES } from './format';
import { encodeHeader, type SegmentHeader } from './segment-header';

export const ZEROS = new Uint8Array(1 << 20);

/** Which journal: its files are `<name>.000001.journal`, `<name>.000002.journal` … in the directory. */
export interface JournalPlace {
  readonly directory: string;
  readonly name: string;
}

export interface SegmentFile {
  readonly file: string;
  /** 1, 2, 3 … */
  readonly number: number;
}

const DIGITS = 6;

export const segmentFile = ({ directory, name }: JournalPlace, number: number): string =>
  path.join(directory, `${name}.${String(number).padStart(DIGITS, '0')}.journal`);

/** The one file of a journal of format 1. */
const singleFile = ({ directory, name }: JournalPlace): string => path.join(directory, `${name}.journal`);

/** A file whose presence says nothing: it is locked by the writer. */
export const lockFile = (place: JournalPlace): string => `${singleFile(place)}.lock`;

/** Names of the journals in a directory. */
export function journalNames(directory: string): string[] {
  const names = fs.readdirSync(directory).flatMap((entry) => /^(.+?)(?:\.\d{6,})?\.journal$/.exec(entry)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** The segments that are there, oldest first; a single file of format 1 is the first of them. @throws JournalError NAUT_JOURNAL_CORRUPT */
export function listSegments(place: JournalPlace): SegmentFile[] {
  const { directory, name } = place;
  if (!fs.existsSync(directory)) return [];
  const prefix = `${name}.`;
  const found = fs.readdirSync(directory).flatMap((entry): SegmentFile[] => {
    const digits = entry.startsWith(prefix) ? /^(\d{6,})\.journal$/.exec(entry.slice(prefix.length))?.[1] : undefined;
    return digits === undefined ? [] : [{ file: path.join(directory, entry), number: Number(digits) }];
  });
  const single = singleFile(place);
  if (fs.existsSync(single)) {
    if (found.length > 0) {
      throw new JournalError({
        code: 'NAUT_JOURNAL_CORRUPT',
        message: `${single} of an earlier release stands beside ${found[0]?.file}: two releases have written here`,
        fix: 'move aside the one that is not wanted; both together are not one journal',
      });
    }
    found.push({ file: single, number: 1 });
  }
  return found.sort((a, b) => a.number - b.number);
}

/** Gives a single file of format 1 the name of a first segment. Only the writer may. */
export function adoptSingleFile(place: JournalPlace): void {
  const [first] = listSegments(place);
  if (first?.file !== singleFile(place)) return;
  fs.renameSync(first.file, segmentFile(place, 1));
  syncDirectory(place.directory);
}

export function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Writes zeros from `from` up to `to`. */
export function writeZeros(fd: number, from: number, to: number): void {
  for (let at = from; at < to; ) at += fs.writeSync(fd, ZEROS, 0, Math.min(ZEROS.length, to - at), at);
}

/** Writes zeros from `from`, the end of the file, up to `to`, so that a sync of records in it changes no metadata. */
export function allocate(file: string, fd: number, from: number, to: number): void {
  try {
    writeZeros(fd, from, to);
  } catch (error) {
    fs.ftruncateSync(fd, from);
    throw ioError(file, from, error);
  }
}

/**
 * Makes a segment, whole (header, room and directory entry on disk) or not at all, and opens it.
 *
 * @param draft a file of zeros on disk that becomes the segment; without one it is made, with `allocated` bytes
 */
export function createSegment(file: string, header: Omit<SegmentHeader, 'format'>, draft?: string): number {
  const from = draft ?? `${file}.new`;
  const fd = fs.openSync(from, draft === undefined ? 'w+' : 'r+', 0o600);
  try {
    fs.writeSync(fd, encodeHeader(header), 0, HEADER_BYTES, 0);
    if (draft === undefined) writeZeros(fd, HEADER_BYTES, header.allocated);
    fs.fsyncSync(fd);
    fs.renameSync(from, file);
  } catch (error) {
    fs.closeSync(fd);
    fs.rmSync(from, { force: true });
    throw ioError(file, 0, error);
  }
  syncDirectory(path.dirname(file));
  return fd;
}

/** Removes what a writer that died was making. */
export function removeDrafts(place: JournalPlace): void {
  fs.rmSync(spareFile(place), { force: true });
  for (const entry of fs.readdirSync(place.directory)) {
    if (entry.startsWith(`${place.name}.`) && entry.endsWith('.new')) fs.rmSync(path.join(place.directory, entry));
  }
}

export const spareFile = ({ directory, name }: JournalPlace): string => path.join(directory, `${name}.spare`);
