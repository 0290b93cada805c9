import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Durability, Journal } from '@nautilus/core/journal';

/** A folder for journals; what was opened in it is closed and removed after each test. */
export function useJournals(parent = os.tmpdir()) {
  let directory: string;
  const open: Journal[] = [];
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(parent, 'nautilus-journal-'));
  });
  afterEach(async () => {
    for (const journal of open.splice(0)) await journal.close().catch(() => {});
    fs.rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory: () => directory,
    file: (name = 'test') => path.join(directory, `${name}.journal`),
    open(name = 'test', durability: Durability = 'batched', preallocateBytes = 8192): Journal {
      const journal = Journal.open({ directory, name, durability, preallocateBytes });
      open.push(journal);
      return journal;
    },
  };
}

/** A payload that can be recognised: `length` bytes that depend on the record's number. */
export function payload(record: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (record * 31 + i * 7 + 1) & 0xff);
}

export function contents(journal: Journal, from = 1): [number, number[]][] {
  const records: [number, number[]][] = [];
  journal.read(from, (record, data) => records.push([record, [...data]]));
  return records;
}
