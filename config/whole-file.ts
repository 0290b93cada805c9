import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file whole or not at all: a reader never sees half of one. Its folder is there. */
export function writeWhole(file: string, text: string): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}
