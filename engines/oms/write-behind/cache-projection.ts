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
  private readonly kept: KeptOrders;
  private readonly removed: CachedOrder[] = [];
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
    this.oldest = Math.max(from, this.orders.state.executions.count - this.bound.trades + 1);
    const removedOrders = this.removed.splice(0);
    return {
      orders: orders.filter(({ orderId }) => this.kept.has(orderId - 1)),
      executions: executions.filter(({ executionId }: ExecutionReply) => executionId >= this.oldest),
      removedOrders,
      removedExecutions: [from, this.oldest],
    };
  }

  private note(index: number): void {
    const { state } = this.orders;
    const live = isLive(state.orders.chunkOf(index).status[rowOf(index)] as number);
    for (const gone of this.kept.note(index, live)) {
      const { orderId, account, clientOrderId } = orderView(state, this.directory, gone);
      this.removed.push({ orderId, account, clientOrderId });
    }
  }
}
