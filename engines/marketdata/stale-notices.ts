import { BookEventKind, EVERY_VENUE } from '@nautilus/core/domain';
import type { FeedEvent } from './feeds/feed';

/** What readers of the book events have still to be told of books that cannot be relied on, or can be again. */
export class StaleNotices {
  private readonly due: { readonly instrument: number; readonly venue: number; readonly price: number }[] = [];

  get waiting(): number {
    return this.due.length;
  }

  /** @param venue undefined: every one */
  add(instruments: readonly number[], venue: number | undefined, stale: boolean): void {
    for (const instrument of instruments)
      this.due.push({ instrument, venue: venue ?? EVERY_VENUE, price: stale ? 1 : 0 });
  }

  /** The next notice; there must be one. */
  take(timeNs: number): FeedEvent {
    return { kind: BookEventKind.stale, timeNs, orderId: 0, side: 0, quantity: 0, ...this.due.shift()! };
  }

  clear(): void {
    this.due.length = 0;
  }
}
