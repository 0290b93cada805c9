import { replayJournal as fold, readKeyFile } from '@nautilus/core/journal';
import { orderHistory as historyOf, type Touch } from './history';
import { OrderState } from './order-state';
import { JournalRecord, type RecordDescription } from './records';
import { restoreSnapshot } from './snapshot';

/** The journal's files in the data directory are `orders.000001.journal`, `orders.000002.journal` … */
export const JOURNAL_NAME = 'orders';

export interface ReplayedJournal {
  /** Records. */
  readonly sequence: number;
  readonly stateHash: string;
  readonly orders: number;
  readonly executions: number;
  readonly rejections: number;
  readonly refusedReports: number;
  /** Record of the snapshot that it began with; 0: it began with the first record. */
  readonly snapshot: number;
  /** Bytes behind the last whole record. */
  readonly tornBytes: number;
  readonly seconds: number;
}

/**
 * Folds a stopped order system's journal and changes nothing: from its first record, or, where retention has removed that, from the
 * oldest snapshot.
 * @throws JournalError
 */
export function replayJournal(directory: string, keyFile?: string): ReplayedJournal {
  const started = performance.now();
  const state = new OrderState();
  const record = new JournalRecord();
  const { snapshot = 0, tornBytes } = fold(
    { directory, name: JOURNAL_NAME },
    {
      restore: (bytes) => restoreSnapshot(bytes, state),
      apply: (number, data) => {
        record.load(data, number);
        state.apply(record, number);
      },
    },
    keyFile === undefined ? undefined : readKeyFile(keyFile),
  );
  return {
    sequence: state.record,
    stateHash: state.hash(),
    orders: state.orders.count,
    executions: state.executions.count,
    rejections: state.refusals.count,
    refusedReports: state.refusedReports,
    snapshot,
    tornBytes,
    seconds: (performance.now() - started) / 1000,
  };
}

/**
 * Tells what touched order `orderId` of a stopped order system, oldest first. Returns whether there is such an order.
 * @throws JournalError
 */
export const orderHistory = (
  directory: string,
  orderId: number,
  tell: (touch: Touch) => void,
  keyFile?: string,
): boolean => historyOf({ directory, name: JOURNAL_NAME }, orderId, tell, keyFile);

export type { Touch } from './history';

const described = new JournalRecord();

/** A record of the order journal as plain fields, by its layout. @throws CodedError NAUT_JOURNAL_FOREIGN */
export function describeRecord(data: Uint8Array, number: number): RecordDescription {
  described.load(data, number);
  return described.describe();
}
