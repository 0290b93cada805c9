import fs from 'node:fs';
import path from 'node:path';
import { ioError } from './errors';
import { HEADER_BYTES, headerBytes } from './format';

const ZEROS = new Uint8Array(1 << 20);

/** Opens the journal file, creating it whole (header and directory entry on disk) when it is not there. */
export function openFile(file: string): number {
  if (!fs.existsSync(file)) {
    const draft = `${file}.new`;
    const fd = fs.openSync(draft, 'w', 0o600);
    try {
      fs.writeSync(fd, headerBytes(), 0, HEADER_BYTES, 0);
      fs.fsyncSync(fd);
    } catch (error) {
      throw ioError(file, 0, error);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(draft, file);
    syncDirectory(path.dirname(file));
  }
  return fs.openSync(file, 'r+');
}

function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Writes zeros from `from` up to `to`, so that a sync of records in it changes no metadata. Only what is new is written. */
export function allocate(file: string, fd: number, from: number, to: number): void {
  try {
    for (let at = from; at < to; ) at += fs.writeSync(fd, ZEROS, 0, Math.min(ZEROS.length, to - at), at);
  } catch (error) {
    fs.ftruncateSync(fd, from);
    throw ioError(file, from, error);
  }
}

export { ZEROS };
