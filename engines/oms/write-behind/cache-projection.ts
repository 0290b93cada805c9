import type { Projection } from '@nautilus/core/persistence';
import type { ExecutionReply, OrderReply } from '../api/schemas';
import { executionView, orderView } from '../api/views';
import type { Directory } from '../directory';
import { isLive } from '../life-cycle';
import { rowOf } from '../order-store';
import { KeptOrders } from './kept-orders';
import { OrderFold } from './order-fold';

/** Rows of one batch after a restore: there may be millions of them. */
const MOST_ROWS = 5000;

/** How much the cache may hold. */
export interface CacheBound {
  readonly orders: number;
  readonly trades: number;
}

/** Whose keys go. */
export type CachedOrder = Pick<OrderReply, 'orderId' | 'account' | 'clientOrderId'>;

export interface CacheRows {
  readonly orders: readonly OrderReply[];
  readonly executions: readonly ExecutionReply[];
  readonly removedOrders: readonly CachedOrder[];
  /** Numbers of the executions that are too old to be kept: from the first to the second, that one not included. */
  readonly removedExecutions: readonly [from: number, to: number];
}

/** The journal as the cache shows it: bounded, whatever the journal's length. It follows from the records alone, so a restart goes on where the cache is. */
export class CacheProjection implements Projection<CacheRows> {
  private readonly fold = new OrderFold({ changed: (index) => this.note(index) });
  private kept: KeptOrders;
  /** Indices of orders that changed since the last batch. */
  private readonly changed = new Set<number>();
  private readonly removed: CachedOrder[] = [];
  /** Executions that were taken. */
  private taken = 0;
  /** Number of the oldest execution that is kept. */
  private oldest = 1;

  constructor(
    private readonly directory: Directory,
    private readonly bound: CacheBound,
  ) {
    this.kept = new KeptOrders(bound.orders);
  }

  apply(number: number, data: Uint8Array): void {
    this.fold.apply(number, data);
  }

  get waiting(): boolean {
    return this.changed.size > 0 || this.taken < this.fold.state.executions.count;
  }

  take(): CacheRows {
    const { directory, changed } = this;
    const { state } = this.fold;
    const from = this.oldest;
    this.oldest = Math.max(from, this.oldestKept);
    const orders: OrderReply[] = [];
    for (const index of changed) {
      if (orders.length === MOST_ROWS) break;
      changed.delete(index);
      if (this.kept.has(index)) orders.push(orderView(state, directory, index));
    }
    this.taken = Math.max(this.taken, this.oldest - 1);
    const end = Math.min(state.executions.count, this.taken + MOST_ROWS);
    const executions: ExecutionReply[] = [];
    while (this.taken < end) executions.push(executionView(state, directory, this.taken++));
    return { orders, executions, removedOrders: this.removed.splice(0), removedExecutions: [from, this.oldest] };
  }

  /** Of a cache that is empty. Orders that have ended count as if they had in the order of their numbers. */
  restore(bytes: Uint8Array): void {
    this.fold.restore(bytes);
    this.kept = new KeptOrders(this.bound.orders);
    const { orders } = this.fold.state;
    for (let index = 0; index < orders.count; index++) this.note(index);
    // What was never there need not go.
    this.removed.length = 0;
    this.oldest = this.oldestKept;
  }

  private get oldestKept(): number {
    return Math.max(1, this.fold.state.executions.count - this.bound.trades + 1);
  }

  private note(index: number): void {
    const { state } = this.fold;
    this.changed.add(index);
    const live = isLive(state.orders.chunkOf(index).status[rowOf(index)] as number);
    for (const gone of this.kept.note(index, live)) {
      const { orderId, account, clientOrderId } = orderView(state, this.directory, gone);
      this.removed.push({ orderId, account, clientOrderId });
    }
  }
}
