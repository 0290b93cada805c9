import { CommandKind, ReportKind } from '@nautilus/core/domain';
import type { Command, Surroundings } from './surroundings';

/** A small execution system: knows its orders, fills each in pieces, cancels what it is asked to, drops what it has or what was meant for an earlier session. */
export class ExecutionDesk {
  private readonly left = new Map<number, number>();
  private step = 0;

  constructor(private readonly around: Surroundings) {}

  /** As if its process had been restarted: it knows nothing. */
  restart(): void {
    this.left.clear();
    this.around.startSession();
  }

  readonly obey = ({ kind, epoch, orderId, quantity }: Command): void => {
    const { around, left } = this;
    if (epoch > 0 && epoch < around.epoch) return;
    if (kind === CommandKind.submit) {
      if (left.has(orderId)) return;
      left.set(orderId, quantity);
      around.report({ kind: ReportKind.working, orderId });
    } else if (kind === CommandKind.cancel) {
      const open = left.get(orderId) ?? 0;
      around.report({ kind: open > 0 ? ReportKind.cancelled : ReportKind.changeRejected, orderId, quantity: open });
      if (open > 0) left.set(orderId, 0);
    }
  };

  /** Fills a piece of some of the open orders. */
  trade(orders: number): void {
    for (const [orderId, open] of this.left) {
      if (open === 0) continue;
      if (orders-- <= 0 || this.around.reportRoom < 64) return;
      const quantity = Math.min(open, 1 + (this.step++ % 4));
      this.left.set(orderId, open - quantity);
      this.around.report({ kind: ReportKind.fill, orderId, quantity, price: 5_859_000 + (this.step % 10) * 100 });
    }
  }

  get open(): number {
    let open = 0;
    for (const left of this.left.values()) if (left > 0) open++;
    return open;
  }
}
