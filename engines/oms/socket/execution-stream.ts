import type { SocketPeer } from '@nautilus/core/kernel';
import { executionView } from '../api/views';
import { rowOf } from '../order-store';
import type { OrderSystem } from '../order-system';
import { has, type Scope } from './scope';

/** Executions that one step looks at, and bytes unread while it sends none. */
const STEP = 128;
const ENOUGH_UNREAD = 256 << 10;

/** One subscription of executions: all after a number, in their order. Who reads slowly is behind and misses none. */
export class ExecutionStream {
  constructor(
    private readonly system: OrderSystem,
    private readonly peer: SocketPeer,
    private readonly scope: Scope,
    /** Index of the next one. */
    private next: number,
  ) {}

  /** Returns how many were looked at. */
  poll(): number {
    const { state, directory, released } = this.system;
    const { executions } = state;
    const from = this.next;
    const until = Math.min(executions.count, from + STEP);
    while (this.next < until && this.peer.unread < ENOUGH_UNREAD) {
      const chunk = executions.chunkOf(this.next);
      const row = rowOf(this.next);
      if ((chunk.record[row] as number) > released) break;
      if (has(this.scope, state, (chunk.orderId[row] as number) - 1))
        this.peer.send({
          channel: 'executions',
          type: 'execution',
          execution: executionView(state, directory, this.next),
        });
      this.next++;
    }
    return this.next - from;
  }
}
