import type { Books } from '../books/books';
import type { OrderCheck } from '../books/events';
import type { Difference } from './difference';

/** Orders of one look. */
const PAGE = 500;
/** How long the books may take to hear of what the order system has said. */
const CATCH_UP_MS = 5000;

/** Of an order in these, no fill can come any more. */
const ended = new Set(['filled', 'cancelled', 'rejected', 'expired']);

interface OrderFills {
  readonly orderId: number;
  readonly account: string;
  readonly status: string;
  readonly filledQuantity: number;
}

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Compares the fills of every order with the order system's, a page at a time and over and over, the newest ones each time. Nothing
 * stands still for it: what the order system says is the least that the books must have once they have heard of all its executions,
 * and exactly what they must have of an order that has ended.
 */
export class OrderChecker {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** Number of the order that the next older page ends before; null: the round is over. */
  private before: number | null = null;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly oms: string,
    private readonly books: Books,
    private readonly enter: (event: OrderCheck) => Promise<unknown>,
    private readonly log: Log,
    private readonly everyMs: number,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running ??= this.round().finally(() => {
        this.running = undefined;
      });
    }, this.everyMs).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async round(): Promise<void> {
    try {
      const newest = await this.page(null);
      this.before = this.before === null ? newest : await this.page(this.before);
      this.failing = false;
    } catch (error) {
      // It is asked again; said once.
      if (!this.failing)
        this.log.warn({ error: (error as Error).message }, 'orders were not checked against the order system');
      this.failing = true;
    }
  }

  /** Looks at a page; the number that the next one ends before. */
  private async page(before: number | null): Promise<number | null> {
    const query = before === null ? '' : `&before=${before}`;
    const { orders, next } = await this.ask<{ orders: OrderFills[]; next: number | null }>(
      `/api/v1/orders?limit=${PAGE}${query}`,
    );
    const { executions } = await this.ask<{ executions: number }>('/api/v1/state');
    if (orders.length === 0 || !(await this.hasHeardOf(executions))) return next;
    const differences = orders.flatMap((order) => this.differenceOf(order) ?? []);
    const numbers = orders.map(({ orderId }) => orderId);
    const event: OrderCheck = {
      kind: 'order-check',
      from: Math.min(...numbers),
      to: Math.max(...numbers),
      differences,
    };
    if (!this.stopped && this.isNews(event)) await this.enter(event);
    return next;
  }

  private differenceOf({ orderId, account, status, filledQuantity }: OrderFills): Difference | undefined {
    const ours = this.books.executions.filledOf(orderId);
    if (ours === filledQuantity || (ours > filledQuantity && !ended.has(status))) return undefined;
    return { kind: 'order-fills', of: 'shares', account, subject: String(orderId), ours, theirs: filledQuantity };
  }

  /** Whether it would change anything: a check that finds what is known is not journaled. */
  private isNews({ from, to, differences }: OrderCheck): boolean {
    const known = this.books.breaks.all.filter(
      ({ source, state, subject }) =>
        source === 'oms' && state !== 'resolved' && Number(subject) >= from && Number(subject) <= to,
    );
    return (
      known.length !== differences.length ||
      differences.some(
        ({ subject, ours, theirs }) =>
          !known.some((one) => one.subject === subject && one.ours === ours && one.theirs === theirs),
      )
    );
  }

  private async hasHeardOf(executions: number): Promise<boolean> {
    const until = Date.now() + CATCH_UP_MS;
    while (this.books.executions.last < executions && Date.now() < until && !this.stopped)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return this.books.executions.last >= executions;
  }

  private async ask<T>(route: string): Promise<T> {
    const answer = await fetch(this.oms + route, { signal: AbortSignal.timeout(CATCH_UP_MS) });
    if (!answer.ok) throw new Error(`the order system answered ${answer.status} to GET ${route}`);
    return (await answer.json()) as T;
  }
}
