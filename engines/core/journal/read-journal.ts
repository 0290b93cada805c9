import { JournalError } from './errors';
import type { JournalKeys } from './keys';
import { SegmentChain } from './segment-chain';
import type { JournalPlace } from './segment-files';

export interface ReadRange {
  /** Number of the first record, or the oldest that is there. @default 1 */
  readonly from?: number | 'oldest';
  /** Number of the last record. @default the last that is there */
  readonly to?: number;
  /** Of an encrypted journal. */
  readonly keys?: JournalKeys;
}

/**
 * Reads a journal that no engine writes at the moment, and changes nothing: a torn tail stays where it is. Snapshots are not looked at.
 * The bytes are valid only inside the handler. Throws NAUT_JOURNAL_CORRUPT when a record that had been durable is not readable.
 */
export function readJournal(
  place: JournalPlace,
  handler: (record: number, data: Uint8Array) => void,
  { from = 1, to = Number.POSITIVE_INFINITY, keys }: ReadRange = {},
): { readonly records: number; readonly tornBytes: number } {
  const chain = SegmentChain.load(place, keys);
  const { current } = chain;
  if (current === undefined) throw noJournal(place);
  try {
    const first = from === 'oldest' ? chain.first : Math.max(1, from);
    chain.scan(first - 1);
    chain.read(first, Math.min(to, current.last), handler);
    return { records: current.last, tornBytes: current.tornBytes };
  } finally {
    chain.close();
  }
}

export const noJournal = ({ directory, name }: JournalPlace): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_MISSING',
    message: `there is no journal ${name} in ${directory}`,
    fix: 'name the data directory of the engine that wrote it',
  });
