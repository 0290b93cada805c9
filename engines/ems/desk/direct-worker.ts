import { Rejection, ReportKind } from '@nautilus/core/domain';
import { ChildState, type OrderStore, Request } from './order-store';
import type { WorkBench, Worker } from './worker';

/** No algorithm: the order goes to the venue as it is, as one child. */
export class DirectWorker implements Worker {
  constructor(
    private readonly orders: OrderStore,
    private readonly bench: WorkBench,
  ) {}

  begin(parent: number): void {
    const { of } = this.orders.parents;
    this.bench.sendChild(
      parent,
      of.type[parent]!,
      of.limitPrice[parent]!,
      this.orders.left(parent),
      of.timeInForce[parent]!,
    );
  }

  childEnded(parent: number, state: number, reason: number): void {
    const { orders, bench } = this;
    const request = orders.parents.of.request[parent]!;
    if (orders.left(parent) === 0) bench.finishFilled(parent);
    else if (request === Request.replace) this.finishReplaced(parent);
    else if (state === ChildState.rejected) bench.finish(parent, ReportKind.rejected, reason);
    else if (state === ChildState.expired) bench.finish(parent, ReportKind.expired, reason);
    else bench.finish(parent, ReportKind.cancelled, reason);
  }

  due(): void {}

  cancel(parent: number): void {
    this.bench.cancelActive(parent);
  }

  replace(parent: number): void {
    const { of } = this.orders.parents;
    const left = of.pendingTotal[parent]! - of.filled[parent]!;
    if (left > 0) this.bench.replaceActive(parent, of.pendingPrice[parent]!, left);
    else this.bench.cancelActive(parent);
  }

  /** The child is gone while its parent was to change: what was asked for has been filled already, or the venue took it out. */
  private finishReplaced(parent: number): void {
    this.bench.applyReplace(parent);
    if (this.orders.left(parent) <= 0) this.bench.finishFilled(parent);
    else this.bench.finish(parent, ReportKind.cancelled, Rejection.venueRejected);
  }
}
