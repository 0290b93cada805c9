import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Durability, Journal, type JournalOptions } from '@nautilus/core/journal';

export const segmentName = (name: string, segment: number): string =>
  `${name}.${String(segment).padStart(6, '0')}.journal`;

/** A file system without a disk, where a sync costs nothing, or the usual one: for tests of what is written, not of when. */
export const inMemory = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

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
    file: (name = 'test', segment = 1) => path.join(directory, segmentName(name, segment)),
    open(name = 'test', durability: Durability = 'batched', preallocateBytes = 8192): Journal {
      return this.openWith({ name, durability, preallocateBytes });
    },
    openWith(options: Partial<JournalOptions> = {}): Journal {
      const journal = Journal.open({
        directory,
        name: 'test',
        durability: 'batched',
        preallocateBytes: 8192,
        ...options,
      });
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
