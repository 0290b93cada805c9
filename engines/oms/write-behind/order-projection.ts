import type { Projection } from '@nautilus/core/persistence';
import type { ExecutionReply, OrderReply } from '../api/schemas';
import { executionView, orderView } from '../api/views';
import type { Directory } from '../directory';
import { OrderState } from '../order-state';
import { JournalRecord, RecordKind } from '../records';

export interface OrderRows {
  readonly orders: readonly OrderReply[];
  readonly executions: readonly ExecutionReply[];
}

/**
 * The journal's orders and executions as rows. It folds the journal a second time for itself, so that what is written is
 * never ahead of the disk; it shares nothing with the order path.
 */
export class OrderProjection implements Projection<OrderRows> {
  readonly state = new OrderState();
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
    const orders = [...changed].map((index) => orderView(state, directory, index));
    changed.clear();
    const executions: ExecutionReply[] = [];
    while (this.taken < state.executions.count) executions.push(executionView(state, directory, this.taken++));
    return { orders, executions };
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
