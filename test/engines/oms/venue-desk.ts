import { CommandKind, ReportKind } from '@nautilus/core/domain';
import type { Command, Surroundings } from './surroundings';

interface Worked {
  total: number;
  filled: number;
  open: boolean;
}

/** An execution system that takes changes, too: what it has of each order, whatever process of the order system asked for it. */
export class VenueDesk {
  private readonly orders = new Map<number, Worked>();
  /** Orders that were sent for the first time more than once. */
  readonly sentTwice: number[] = [];

  constructor(private readonly around: Surroundings) {}

  get open(): readonly number[] {
    return [...this.orders].filter(([, { open }]) => open).map(([orderId]) => orderId);
  }

  readonly obey = ({ kind, orderId, quantity, filled }: Command): void => {
    const { around, orders } = this;
    const order = orders.get(orderId) ?? { total: 0, filled: 0, open: false };
    if (kind === CommandKind.submit && orders.has(orderId)) this.sentTwice.push(orderId);
    orders.set(orderId, order);
    const left = Math.max(0, filled + quantity - order.filled);
    if (kind === CommandKind.submit || kind === CommandKind.resume) {
      order.total = filled + quantity;
      order.open = left > 0;
      around.report({ kind: ReportKind.working, orderId });
    } else if (!order.open) around.report({ kind: ReportKind.changeRejected, orderId });
    else if (kind === CommandKind.cancel) {
      order.open = false;
      around.report({ kind: ReportKind.cancelled, orderId, quantity: order.total - order.filled });
    } else {
      order.total = order.filled + left;
      order.open = left > 0;
      around.report({ kind: ReportKind.replaced, orderId, quantity: left });
    }
  };

  /** Fills some of an order; false when nothing of it is open. */
  fill(orderId: number, most: number): boolean {
    const order = this.orders.get(orderId);
    if (!order?.open || this.around.reportRoom < 64) return false;
    const quantity = Math.min(most, order.total - order.filled);
    order.filled += quantity;
    order.open = order.filled < order.total;
    this.around.report({ kind: ReportKind.fill, orderId, quantity, price: 5_859_000 });
    return true;
  }
}
