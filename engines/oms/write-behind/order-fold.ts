import { OrderState } from '../order-state';
import { JournalRecord } from '../records';
import { restoreSnapshot } from '../snapshot';

/** Told what a record did, once the state holds it. */
export interface FoldListener {
  /** An order that the record has changed, or changed others by; its last OrderEvent. Once an order. */
  changed(index: number, record: JournalRecord, number: number, event: number): void;
  /** An execution that the record has added. */
  executed?(index: number, number: number): void;
}

/**
 * The journal, folded a second time, so that what is written behind the order path is never ahead of the disk; it shares
 * nothing with the path.
 */
export class OrderFold {
  /** Orders that the record has changed, each with its last event. */
  private readonly touched = new Map<number, number>();
  state = this.empty();
  private readonly record = new JournalRecord();

  constructor(private readonly listener: FoldListener) {}

  apply(number: number, data: Uint8Array): void {
    const { state, record, listener, touched } = this;
    record.load(data, number);
    const executions = state.executions.count;
    touched.clear();
    state.apply(record, number);
    for (const [index, event] of touched) listener.changed(index, record, number, event);
    if (state.executions.count > executions) listener.executed?.(executions, number);
  }

  restore(bytes: Uint8Array): void {
    this.state = this.empty();
    restoreSnapshot(bytes, this.state);
  }

  private empty(): OrderState {
    const update = (_: number, event: number, index: number) => void this.touched.set(index, event);
    return new OrderState({ command: () => undefined, ack: () => undefined, update });
  }
}
