import { CodedError } from '@nautilus/core/domain';
import type { Journal } from '@nautilus/core/journal';
import { OrderState } from '../order-state';
import { JournalRecord } from '../records';
import { restoreSnapshot } from '../snapshot';

/** Told of each durable record in order. */
export interface RecordListener {
  /** Before the record is folded in. */
  before(record: JournalRecord, number: number): void;
  /** An order has changed by an OrderEvent. */
  changed(index: number, event: number): void;
  /** After it. */
  after(record: JournalRecord): void;
}

/** Records of one pass. */
const BATCH = 256;

/** Folds the order journal a second time, durable records only: what is told of it can never be taken back. */
export class JournalFollower {
  readonly state: OrderState;
  private readonly record = new JournalRecord();
  private next: number;

  /**
   * @param position the listener knows all that follows from the records before this one
   * @throws CodedError NAUT_FIX_BEHIND
   */
  constructor(
    private readonly journal: Journal,
    private readonly listener: RecordListener,
    position: number,
  ) {
    this.state = new OrderState({
      command: () => undefined,
      ack: () => undefined,
      update: (_, event, index) => listener.changed(index, event),
    });
    const snapshot = journal.newestSnapshot();
    const usable = snapshot !== undefined && snapshot.record < position;
    if (usable) restoreSnapshot(snapshot.state, this.state);
    this.next = usable ? snapshot.record + 1 : 1;
    if (journal.first > this.next) throw behind(position, journal.first);
  }

  /** The last record that was followed. */
  get position(): number {
    return this.next - 1;
  }

  /** Returns how many records there were. */
  poll(limit = BATCH): number {
    if (this.next > this.journal.durable) return 0;
    const from = this.next;
    this.next = this.journal.read(from, this.apply, limit);
    return this.next - from;
  }

  private readonly apply = (number: number, data: Uint8Array): void => {
    const { record, listener } = this;
    record.load(data, number);
    listener.before(record, number);
    this.state.apply(record, number);
    listener.after(record);
  };
}

const behind = (position: number, first: number) =>
  new CodedError({
    code: 'NAUT_FIX_BEHIND',
    message: `FIX sessions were told of the order journal up to record ${position - 1}, and retention has removed what is before record ${first}`,
    fix: 'restore the removed segments of the order journal, or remove the fix-*.journal files: the sessions then begin at number 1, and what happened in between is not told over FIX',
  });
