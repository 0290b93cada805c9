/** What a step of a feed says, in the platform's terms: `BookEvent` without its numbering. */
export interface FeedEvent {
  /** BookEventKind */
  readonly kind: number;
  readonly timeNs: number;
  readonly instrument: number;
  readonly venue: number;
  /** 1 to 2^31 - 1, of one order for all its life at its venue; 0 where no order is meant. */
  readonly orderId: number;
  /** Side of the resting order. */
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
}

/** What a feed met that it should not have, since it was opened. */
export interface FeedCounts {
  /** Lines or messages that were left out since they made no sense. */
  readonly skipped: number;
  readonly duplicates: number;
  /** Messages that came before an earlier one did. */
  readonly reordered: number;
  readonly gaps: number;
  /** Messages that a retransmission brought. */
  readonly recovered: number;
  /** Times that the source's clock went elsewhere than ours. */
  readonly clockJumps: number;
}

export const noCounts: FeedCounts = Object.freeze({
  skipped: 0,
  duplicates: 0,
  reordered: 0,
  gaps: 0,
  recovered: 0,
  clockJumps: 0,
});

/**
 * A source of market data, walked step by step: the fields of the last step stand in it. The same source gives the same steps in every
 * life of a process, in an order in which time never goes back.
 */
export interface Feed extends FeedEvent {
  /** Time of the next step; infinity after the last; NaN while what it stands in is still being read. */
  readonly nextTimeNs: number;
  /** Takes the next step; there must be one, so `nextTimeNs` is finite. @throws CodedError what the source says cannot be */
  take(): void;
  /** What of the source was taken, and all of it where that is known: lines, messages. */
  readonly events: number;
  readonly totalEvents: number | null;
  readonly startNs: number | null;
  readonly endNs: number | null;
  /** Messages are missing: the books that the feed makes are not those of the market. */
  readonly stale: boolean;
  readonly counts: FeedCounts;
  close(): void;
}

/** A step of no order. */
export const stepOf = (kind: number, timeNs: number): FeedEvent => ({
  kind,
  timeNs,
  instrument: 0,
  venue: 0,
  orderId: 0,
  side: 0,
  price: 0,
  quantity: 0,
});

const fields = Object.keys(stepOf(0, 0)) as readonly (keyof FeedEvent)[];

/** Whether two steps say the same. */
export const saysTheSame = (a: FeedEvent, b: FeedEvent): boolean => fields.every((field) => a[field] === b[field]);
