import * as z from 'zod';
import { Journal } from './journal';
import { readKeyFile } from './keys';
import type { JournalPlace } from './segment-files';

/** How an engine keeps its journal: the `journal` of its section of the configuration. */
export const JournalSettings = z
  .strictObject({
    /** memory: told at once, the disk follows; batched: told after the group commit; always: one commit a record. */
    durability: z.enum(['memory', 'batched', 'always']).default('batched'),
    /** A snapshot is due after so many records, or after so long when there are new ones; none without either. */
    snapshot: z.strictObject({ records: z.int().min(1).optional(), seconds: z.int().min(1).optional() }).default({}),
    /** What is removed after a snapshot. @default nothing */
    retention: z
      .strictObject({
        snapshots: z.int().min(1).optional(),
        segments: z.int().min(1).optional(),
        bytes: z.int().min(1).optional(),
        ageMs: z.int().min(1).optional(),
      })
      .optional(),
    /** Keys that it is encrypted under, see `readKeyFile`. @default not encrypted */
    keyFile: z.string().min(1).optional(),
    segmentBytes: z.int().min(4096).optional(),
    /** Space taken ahead, so that a commit writes no metadata. */
    preallocateBytes: z.int().min(0).optional(),
  })
  .prefault({});

export type JournalSettings = z.infer<typeof JournalSettings>;

/** Opens an engine's journal as it is configured. @throws JournalError */
export function openJournal(place: JournalPlace, { snapshot: _, keyFile, ...options }: JournalSettings): Journal {
  return Journal.open({ ...place, ...options, keys: keyFile === undefined ? undefined : readKeyFile(keyFile) });
}
