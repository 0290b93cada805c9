import { CodedError, Execution, type FieldsOf, type View } from '@nautilus/core/domain';
import {
  type Journal,
  type JournalSettings,
  openJournal,
  type SnapshotSink,
  StateReader,
  StateWriter,
} from '@nautilus/core/journal';

type ExecutionView = View<FieldsOf<typeof Execution>>;

/** What tells an execution from another: its numbers, mixed into 32 bits. When it was sent does not matter. */
function digestOf(execution: ExecutionView): number {
  let hash = 0;
  const add = (value: number) => {
    hash = Math.imul(hash ^ value ^ Math.floor(value / 0x1_0000_0000), 0x9e3779b1);
    hash ^= hash >>> 15;
  };
  add(execution.orderId);
  add(execution.childId);
  add(execution.account);
  add(execution.instrument);
  add(execution.price);
  add(execution.quantity);
  add(execution.side);
  return hash;
}

/** What is made from the executions, and saved with them. */
interface Booked {
  apply(execution: ExecutionView): void;
  save(state: StateWriter): void;
  restore(state: StateReader): void;
}

/** To be counted up when what is saved changes. */
const LAYOUT = 'the positions, layout 1';

/**
 * The executions that were booked, in the order of their sequence: execution n is record n of the journal.
 *
 * A sequence that was booked before is a repetition and passes silently, unless it is another execution under the same
 * number. A sequence that leaves one out is refused: positions are never guessed.
 */
export class ExecutionLog {
  private readonly bytes = new ArrayBuffer(Execution.size);
  private readonly record = Execution.view(this.bytes);
  private readonly payload = new Uint8Array(this.bytes);
  private digests = new Int32Array(1 << 10);
  private count = 0;

  private constructor(readonly journal: Journal) {}

  /** @throws JournalError */
  static open(directory: string, settings: JournalSettings): ExecutionLog {
    return new ExecutionLog(openJournal({ directory, name: 'executions' }, { preallocateBytes: 4 << 20, ...settings }));
  }

  /** Sequence of the last execution that is booked. */
  get last(): number {
    return this.count;
  }

  /** Brings back what was booked in earlier lives: the newest snapshot, and the executions after it. Returns how many there are. */
  replay(booked: Booked): number {
    this.journal.replay({
      restore: (bytes, record) => {
        const state = new StateReader(bytes, LAYOUT);
        this.digests = new Int32Array(Math.max(1 << 10, record));
        this.count = record;
        state.column(this.digests.subarray(0, record));
        booked.restore(state);
      },
      apply: (_, data) => {
        this.payload.set(data);
        booked.apply(this.record);
        this.remember(digestOf(this.record));
      },
    });
    return this.count;
  }

  /** Saves what `replay` brings back. */
  save(sink: SnapshotSink, booked: Booked): void {
    const state = new StateWriter(sink, LAYOUT);
    state.column(this.digests.subarray(0, this.count));
    booked.save(state);
  }

  /**
   * Whether an execution is the next one; false when it was booked before.
   *
   * @throws CodedError NAUT_EXECUTION_GAP, NAUT_EXECUTION_CONFLICT
   */
  isNext(execution: ExecutionView): boolean {
    const { sequence } = execution;
    if (sequence === this.count + 1) return true;
    if (sequence > this.count) throw gap(this.count + 1, sequence);
    if (this.digests[sequence - 1] !== digestOf(execution)) throw conflict(sequence);
    return false;
  }

  /** Writes an execution that was booked. */
  append(execution: ExecutionView): void {
    const { record } = this;
    record.sequence = execution.sequence;
    record.sentAt = execution.sentAt;
    record.timeNs = execution.timeNs;
    record.orderId = execution.orderId;
    record.childId = execution.childId;
    record.account = execution.account;
    record.instrument = execution.instrument;
    record.price = execution.price;
    record.quantity = execution.quantity;
    record.side = execution.side;
    record.maker = execution.maker;
    this.journal.append(this.payload);
    this.remember(digestOf(record));
  }

  private remember(digest: number): void {
    if (this.count === this.digests.length) {
      const larger = new Int32Array(this.digests.length * 2);
      larger.set(this.digests);
      this.digests = larger;
    }
    this.digests[this.count++] = digest;
  }
}

const gap = (expected: number, got: number): CodedError =>
  new CodedError({
    code: 'NAUT_EXECUTION_GAP',
    message: `execution ${got} came where ${expected} was expected: ${got - expected} missing, positions would be wrong`,
    fix: 'stop oms and pms, remove the ring oms.executions and start them: the order journal publishes every execution again',
  });

const conflict = (sequence: number): CodedError =>
  new CodedError({
    code: 'NAUT_EXECUTION_CONFLICT',
    message: `execution ${sequence} is not the one that was booked under this number: the order journal is another one`,
    fix: 'give pms a data directory of its own for the new order journal, or bring the old order journal back',
  });
