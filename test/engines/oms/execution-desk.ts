import { CommandKind, ReportKind } from '@nautilus/core/domain';
import type { Command, Surroundings } from './surroundings';

/** A small execution system: knows its orders, fills each in pieces, cancels what it is asked to, drops what it has or what was meant for an earlier session. */
export class ExecutionDesk {
  /** Orders that were submitted, and what is left of the open ones. */
  private readonly known = new Set<number>();
  private readonly left = new Map<number, number>();
  private step = 0;

  constructor(private readonly around: Surroundings) {}

  /** As if its process had been restarted: it knows nothing. */
  restart(): void {
    this.known.clear();
    this.left.clear();
    this.around.startSession();
  }

  readonly obey = ({ kind, epoch, orderId, quantity }: Command): void => {
    const { around, known, left } = this;
    if (epoch > 0 && epoch < around.epoch) return;
    if (kind === CommandKind.submit) {
      if (known.has(orderId)) return;
      known.add(orderId);
      left.set(orderId, quantity);
      around.report({ kind: ReportKind.working, orderId });
    } else if (kind === CommandKind.cancel) {
      const open = left.get(orderId) ?? 0;
      around.report({ kind: open > 0 ? ReportKind.cancelled : ReportKind.changeRejected, orderId, quantity: open });
      left.delete(orderId);
    }
  };

  /** Fills a piece of some of the open orders. */
  trade(orders: number): void {
    for (const [orderId, open] of this.left) {
      if (orders-- <= 0 || this.around.reportRoom < 64) return;
      const quantity = Math.min(open, 1 + (this.step++ % 4));
      if (quantity < open) this.left.set(orderId, open - quantity);
      else this.left.delete(orderId);
      this.around.report({ kind: ReportKind.fill, orderId, quantity, price: 5_859_000 + (this.step % 10) * 100 });
    }
  }

  get open(): number {
    return this.left.size;
  }
}
