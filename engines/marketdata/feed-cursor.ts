import { BookEventKind } from '@nautilus/core/domain';
import { BookMirror, type LobsterSession, LobsterType } from './lobster';

/** What a published book event says; the same may be said twice within a nanosecond. */
export interface FeedPlace {
  readonly kind: number;
  readonly timeNs: number;
  readonly orderId: number;
  readonly quantity: number;
  readonly price: number;
  readonly side: number;
}

/**
 * Walks through a session step by step, keeping the venue's book. A step is one message: an event of the file, or an
 * order that the file never shows as new, which becomes an `add`. The fields of the last step stand in the cursor.
 */
export class FeedCursor implements FeedPlace {
  kind = 0;
  timeNs = 0;
  orderId = 0;
  quantity = 0;
  price = 0;
  side = 0;
  /** Events of the file that were taken. */
  events = 0;
  readonly mirror: BookMirror;

  constructor(readonly session: LobsterSession) {
    this.mirror = new BookMirror(session);
  }

  /** Time of the next step, infinity after the last. */
  get nextTimeNs(): number {
    const { events } = this.session;
    return this.events < events.count ? events.timeNs[this.events]! : Number.POSITIVE_INFINITY;
  }

  /** Takes the next step; there must be one. */
  take(): void {
    const { events } = this.session;
    const index = this.events;
    this.timeNs = events.timeNs[index]!;
    const unseen = this.mirror.takeUnseen(index);
    if (unseen !== undefined) {
      this.kind = BookEventKind.add;
      this.orderId = unseen.id;
      this.side = unseen.side;
      this.price = unseen.price;
      this.quantity = unseen.quantity;
      return;
    }
    this.kind = kindOf(events.type[index]!);
    this.orderId = events.orderId[index]!;
    this.side = events.side[index]!;
    this.price = events.price[index]!;
    this.quantity = events.size[index]!;
    this.mirror.apply(index);
    this.events++;
  }

  /** Whether the last step was a trade. */
  get traded(): boolean {
    return this.kind === BookEventKind.execute || this.kind === BookEventKind.executeHidden;
  }

  /** Whether a message that was published is the last step, or was published after it and before the next one. */
  isAt(place: FeedPlace): boolean {
    if (place.kind === BookEventKind.end)
      return this.nextTimeNs === Number.POSITIVE_INFINITY && this.timeNs === place.timeNs;
    if (place.kind === BookEventKind.time) return this.nextTimeNs > place.timeNs;
    return samePlace(this, place);
  }
}

export const samePlace = (a: FeedPlace, b: FeedPlace): boolean =>
  a.kind === b.kind &&
  a.timeNs === b.timeNs &&
  a.orderId === b.orderId &&
  a.quantity === b.quantity &&
  a.price === b.price &&
  a.side === b.side;

/** LOBSTER's types are the kinds of book events, except that a cross trade is a trade against orders never shown. */
function kindOf(type: number): number {
  return type === LobsterType.cross ? BookEventKind.executeHidden : type;
}
