import type { Projection } from '@nautilus/core/persistence';
import type { ExecutionReply, OrderReply } from '../api/schemas';
import { executionView, orderView } from '../api/views';
import type { Directory } from '../directory';
import { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import { JournalRecord, RecordKind } from '../records';
import { restoreSnapshot } from '../snapshot';

/** Rows of one batch after a restore: there may be millions of them. */
const MOST_ROWS = 5000;

export interface OrderRows {
  readonly orders: readonly OrderReply[];
  readonly executions: readonly ExecutionReply[];
}

/**
 * The journal's orders and executions as rows. It folds the journal a second time for itself, so that what is written is
 * never ahead of the disk; it shares nothing with the order path.
 */
export class OrderProjection implements Projection<OrderRows> {
  state = new OrderState();
  private readonly record = new JournalRecord();
  /** Indices of orders that changed since the last batch. */
  private readonly changed = new Set<number>();
  private taken = 0;

  /** @param onChange told of each record that may have changed an order. */
  constructor(
    private readonly directory: Directory,
    private readonly onChange: (index: number) => void = () => undefined,
  ) {}

  apply(number: number, data: Uint8Array): void {
    const { state, record } = this;
    record.load(data, number);
    state.apply(record, number);
    if (record.kind === RecordKind.order) this.touch(state.orders.count - 1);
    else if (record.kind === RecordKind.change) this.touch(state.orders.find(record.order.orderId));
    else if (record.kind === RecordKind.report) this.reported();
  }

  take(): OrderRows {
    const { state, directory, changed } = this;
    const orders: OrderReply[] = [];
    for (const index of changed) {
      if (orders.length === MOST_ROWS) break;
      orders.push(orderView(state, directory, index));
      changed.delete(index);
    }
    const executions: ExecutionReply[] = [];
    while (this.taken < state.executions.count && executions.length < MOST_ROWS)
      executions.push(executionView(state, directory, this.taken++));
    return { orders, executions };
  }

  get waiting(): boolean {
    return this.changed.size > 0 || this.taken < this.state.executions.count;
  }

  restore(bytes: Uint8Array, record: number, written: number): void {
    const state = new OrderState();
    restoreSnapshot(bytes, state);
    this.state = state;
    this.changed.clear();
    // Which orders changed after a record is not known: all are written again.
    if (written < record) for (let index = 0; index < state.orders.count; index++) this.touch(index);
    const { executions } = state;
    const isThere = (index: number) => (executions.chunkOf(index).record[rowOf(index)] as number) <= written;
    for (this.taken = 0; this.taken < executions.count && isThere(this.taken); ) this.taken++;
  }

  /** A new session touches every live order, another report at most one. */
  private reported(): void {
    const { orderId } = this.record.report;
    const index = this.state.orders.find(orderId);
    if (index >= 0) this.touch(index);
    else if (orderId === 0) for (const live of this.state.liveOrders()) this.touch(live);
  }

  private touch(index: number): void {
    this.changed.add(index);
    this.onChange(index);
  }
}
