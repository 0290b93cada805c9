import { BookEventKind } from '@nautilus/core/domain';
import { type Feed, type FeedCounts, noCounts } from '../feeds/feed';
import { LobsterType } from './line-parser';
import type { LobsterSession } from './load';

/** A LOBSTER session as a feed: a step is an event of the file, or an order that the file never shows as new, which becomes an `add`. */
export class LobsterFeed implements Feed {
  kind = 0;
  timeNs = 0;
  orderId = 0;
  quantity = 0;
  price = 0;
  side = 0;
  venue = 0;
  events = 0;
  readonly totalEvents: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly stale = false;
  readonly counts: FeedCounts;
  private unseen = 0;

  constructor(
    private readonly session: LobsterSession,
    readonly instrument: number,
    private readonly venueOf: (orderId: number) => number,
  ) {
    const { count, timeNs } = session.events;
    this.totalEvents = count;
    this.startNs = timeNs[0]!;
    this.endNs = timeNs[count - 1]!;
    this.counts = { ...noCounts, skipped: session.skipped };
  }

  get nextTimeNs(): number {
    const { events } = this.session;
    return this.events < events.count ? events.timeNs[this.events]! : Number.POSITIVE_INFINITY;
  }

  take(): void {
    const { events, unseen } = this.session;
    const index = this.events;
    this.timeNs = events.timeNs[index]!;
    const order = unseen[this.unseen];
    if (order !== undefined && order.before <= index) {
      this.unseen++;
      this.kind = BookEventKind.add;
      this.orderId = order.id;
      this.side = order.side;
      this.price = order.price;
      this.quantity = order.quantity;
    } else {
      this.events++;
      this.kind = kindOf(events.type[index]!);
      this.orderId = events.orderId[index]!;
      this.side = events.side[index]!;
      this.price = events.price[index]!;
      this.quantity = events.size[index]!;
    }
    this.venue = this.venueOf(this.orderId);
  }

  close(): void {}
}

/** LOBSTER's types are the kinds of book events, except that a cross trade is a trade against orders never shown. */
const kindOf = (type: number): number => (type === LobsterType.cross ? BookEventKind.executeHidden : type);
