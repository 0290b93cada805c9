/** A snapshot of the order system: its state, then what of its outputs waits. Another layout of either is another name. */
import { createHash } from 'node:crypto';
import { OrderAck, OrderCommand } from '@nautilus/core/domain';
import { type SnapshotSink, StateReader, StateWriter } from '@nautilus/core/journal';
import { executionColumns } from './execution-store';
import type { OrderState } from './order-state';
import { orderColumns } from './order-store';
import { restoreState, saveState } from './state-image';

/** To be counted up when what is saved changes otherwise than in its columns and messages. */
const VERSION = 4;

const messages = [OrderCommand, OrderAck].map(({ fingerprint }) => fingerprint);
const parts = [VERSION, orderColumns, executionColumns, messages];
const layout = `the order system's state, layout ${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)}`;

/** What is saved and restored besides the state. */
interface Waiting {
  save(state: StateWriter): void;
  restore(state: StateReader): void;
}

export function saveSnapshot(sink: SnapshotSink, state: OrderState, waiting: Waiting): void {
  const writer = new StateWriter(sink, layout);
  saveState(state, writer);
  waiting.save(writer);
}

/** @throws JournalError NAUT_JOURNAL_STATE when another release wrote it */
export function restoreSnapshot(bytes: Uint8Array, state: OrderState, waiting?: Waiting): void {
  const reader = new StateReader(bytes, layout);
  restoreState(state, reader);
  waiting?.restore(reader);
}
