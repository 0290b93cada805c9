import type { Projection } from '@nautilus/core/persistence';
import type { ExecutionReply, OrderReply } from '../api/schemas';
import { orderView } from '../api/views';
import type { Directory } from '../directory';
import { isLive } from '../life-cycle';
import { rowOf } from '../order-store';
import { KeptOrders } from './kept-orders';
import { OrderProjection, type OrderRows } from './order-projection';

/** How much the cache may hold. */
export interface CacheBound {
  readonly orders: number;
  readonly trades: number;
}

/** Whose keys go. */
export type CachedOrder = Pick<OrderReply, 'orderId' | 'account' | 'clientOrderId'>;

export interface CacheRows extends OrderRows {
  readonly removedOrders: readonly CachedOrder[];
  /** Numbers of the executions that are too old to be kept: from the first to the second, that one not included. */
  readonly removedExecutions: readonly [from: number, to: number];
}

/** The journal as the cache shows it: bounded, whatever the journal's length. It follows from the records alone, so a restart goes on where the cache is. */
export class CacheProjection implements Projection<CacheRows> {
  private readonly orders: OrderProjection;
  private kept: KeptOrders;
  private readonly removed: CachedOrder[] = [];
  private restoring = false;
  /** Number of the oldest execution that is kept. */
  private oldest = 1;

  constructor(
    private readonly directory: Directory,
    private readonly bound: CacheBound,
  ) {
    this.kept = new KeptOrders(bound.orders);
    this.orders = new OrderProjection(directory, (index) => this.note(index));
  }

  apply(number: number, data: Uint8Array): void {
    this.orders.apply(number, data);
  }

  take(): CacheRows {
    const { orders, executions } = this.orders.take();
    const from = this.oldest;
    this.oldest = Math.max(from, this.oldestKept);
    const removedOrders = this.removed.splice(0);
    return {
      orders: orders.filter(({ orderId }) => this.kept.has(orderId - 1)),
      executions: executions.filter(({ executionId }: ExecutionReply) => executionId >= this.oldest),
      removedOrders,
      removedExecutions: [from, this.oldest],
    };
  }

  get waiting(): boolean {
    return this.orders.waiting;
  }

  /** Of a cache that is empty. Orders that have ended count as if they had in the order of their numbers. */
  restore(bytes: Uint8Array, record: number): void {
    this.kept = new KeptOrders(this.bound.orders);
    this.restoring = true;
    this.orders.restore(bytes, record, 0);
    this.restoring = false;
    this.oldest = this.oldestKept;
  }

  private get oldestKept(): number {
    return Math.max(1, this.orders.state.executions.count - this.bound.trades + 1);
  }

  private note(index: number): void {
    const { state } = this.orders;
    const live = isLive(state.orders.chunkOf(index).status[rowOf(index)] as number);
    const gone = this.kept.note(index, live);
    // What was never there need not go.
    if (this.restoring) return;
    for (const index of gone) {
      const { orderId, account, clientOrderId } = orderView(state, this.directory, index);
      this.removed.push({ orderId, account, clientOrderId });
    }
  }
}
