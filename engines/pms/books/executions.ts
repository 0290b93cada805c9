import { CodedError } from '@nautilus/core/domain';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { ExecutionView } from './records';
import { widened } from './table';

/** The order system numbers its orders 1, 2, 3 …: what is far beyond is damage. */
const MOST_ORDERS = 2 ** 28;

/** What tells an execution from another: its numbers, mixed into 32 bits. When it was sent does not matter. */
function digestOf(execution: ExecutionView): number {
  let hash = 0;
  hash = mixed(hash, execution.orderId);
  hash = mixed(hash, execution.childId);
  hash = mixed(hash, execution.account);
  hash = mixed(hash, execution.instrument);
  hash = mixed(hash, execution.price);
  hash = mixed(hash, execution.quantity);
  hash = mixed(hash, execution.side);
  hash = mixed(hash, execution.fee);
  return mixed(hash, execution.strategy);
}

function mixed(hash: number, value: number): number {
  const next = Math.imul(hash ^ value ^ Math.floor(value / 0x1_0000_0000), 0x9e3779b1);
  return next ^ (next >>> 15);
}

/**
 * Which executions are booked: all up to the last, by their sequence.
 *
 * One that was booked before is a repetition and passes silently, unless it is another execution under the same number. A sequence that
 * leaves one out is refused: positions are never guessed.
 */
export class Executions {
  private digests = new Int32Array(1 << 10);
  private count = 0;
  /** Shares filled, by number of the order. */
  private filled: Float64Array = new Float64Array(1 << 10);

  /** Sequence of the last one. */
  get last(): number {
    return this.count;
  }

  /**
   * Whether an execution is the next one; false when it was booked before.
   * @throws CodedError NAUT_EXECUTION_GAP, NAUT_EXECUTION_CONFLICT, NAUT_BAD_EXECUTION
   */
  isNext(execution: ExecutionView): boolean {
    const { sequence } = execution;
    if (!(execution.orderId >= 1 && execution.orderId <= MOST_ORDERS)) throw badOrder(execution.orderId);
    if (sequence === this.count + 1) return true;
    if (sequence > this.count) throw gap(this.count + 1, sequence);
    if (this.digests[sequence - 1] !== digestOf(execution)) throw conflict(sequence);
    return false;
  }

  remember(execution: ExecutionView): void {
    if (this.count === this.digests.length) {
      const larger = new Int32Array(this.digests.length * 2);
      larger.set(this.digests);
      this.digests = larger;
    }
    this.digests[this.count++] = digestOf(execution);
    this.filled = widened(this.filled, execution.orderId + 1);
    this.filled[execution.orderId]! += execution.quantity;
  }

  /** Shares that are booked of an order. */
  filledOf(orderId: number): number {
    return this.filled[orderId] ?? 0;
  }

  save(state: StateWriter): void {
    state.value(this.count);
    state.column(this.digests.subarray(0, this.count));
    state.value(this.filled.length);
    state.column(this.filled);
  }

  restore(state: StateReader): void {
    this.count = state.value() as number;
    this.digests = new Int32Array(Math.max(1 << 10, this.count));
    state.column(this.digests.subarray(0, this.count));
    this.filled = new Float64Array(state.value() as number);
    state.column(this.filled);
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

const badOrder = (orderId: number): CodedError =>
  new CodedError({
    code: 'NAUT_BAD_EXECUTION',
    message: `an execution is of order ${orderId}; allowed: 1 to ${MOST_ORDERS}`,
    fix: 'the ring oms.executions is damaged or was written by another version: stop the platform and start it again',
  });
