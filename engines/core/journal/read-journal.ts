import { JournalError } from './errors';
import type { Replay } from './journal';
import type { JournalKeys } from './keys';
import { SegmentChain } from './segment-chain';
import type { JournalPlace } from './segment-files';
import { listSnapshots, readSnapshot, type Snapshot } from './snapshot-file';

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
    chain.read(first, Math.min(to, current.last), handler, false);
    return { records: current.last, tornBytes: current.tornBytes };
  } finally {
    chain.close();
  }
}

/**
 * Folds a journal that no engine writes at the moment, and changes nothing: from record 1, or, where retention has removed that, from
 * the oldest whole snapshot that the records which are there go on from.
 * @throws JournalError NAUT_JOURNAL_MISSING, NAUT_JOURNAL_CORRUPT, NAUT_JOURNAL_KEY
 */
export function replayJournal(
  place: JournalPlace,
  { restore, apply }: Replay,
  keys?: JournalKeys,
): { readonly snapshot: number | undefined; readonly tornBytes: number } {
  const chain = SegmentChain.load(place, keys);
  chain.close();
  const snapshot = chain.first === 1 ? undefined : oldestSnapshot(place, chain.first - 1, keys);
  if (snapshot !== undefined) restore(snapshot.state, snapshot.record);
  const { tornBytes } = readJournal(place, apply, { from: (snapshot?.record ?? 0) + 1, keys });
  return { snapshot: snapshot?.record, tornBytes };
}

function oldestSnapshot(place: JournalPlace, least: number, keys?: JournalKeys): Snapshot | undefined {
  for (const found of listSnapshots(place).reverse()) {
    if (found.record < least) continue;
    try {
      return readSnapshot(found, keys);
    } catch (error) {
      if ((error as JournalError).code !== 'NAUT_JOURNAL_CORRUPT') throw error;
    }
  }
  return undefined;
}

export const noJournal = ({ directory, name }: JournalPlace): JournalError =>
  new JournalError({
    code: 'NAUT_JOURNAL_MISSING',
    message: `there is no journal ${name} in ${directory}`,
    fix: 'name the data directory of the engine that wrote it',
  });
