/**
 * The life of an order as one table. Names are FIX's (OrdStatus, ExecType); an order keeps its number when it is
 * replaced, so "replaced" is an event here and no state, as in FIX 4.4, which deprecates OrdStatus 5.
 *
 * `suspended` is held by the order system and at no venue: a stop that has not triggered, a leg that waits for its primary, or an order
 * that its trader has suspended. Its changes are done at once; what a venue says about it is late news.
 */
export const OrderStatus = {
  none: 0,
  pendingNew: 1,
  new: 2,
  partiallyFilled: 3,
  pendingCancel: 4,
  pendingReplace: 5,
  filled: 6,
  cancelled: 7,
  rejected: 8,
  expired: 9,
  suspended: 10,
} as const;

export const OrderEvent = {
  accepted: 0,
  working: 1,
  partialFill: 2,
  completeFill: 3,
  cancelRequested: 4,
  cancelled: 5,
  replaceRequested: 6,
  replaced: 7,
  changeRejected: 8,
  rejected: 9,
  expired: 10,
  sessionStarted: 11,
  /** Accepted, and not sent yet. */
  held: 12,
  suspendRequested: 13,
  /** It has left the venue with something left to do. */
  suspended: 14,
  /** Sent, for the first time or again. */
  released: 15,
} as const;

export type StatusName = keyof typeof OrderStatus;
export type EventName = keyof typeof OrderEvent;

/** `open` stands for `new` while nothing is filled and for `partiallyFilled` after; `sent` for `pendingNew` and `partiallyFilled`. */
type Target = Exclude<StatusName, 'none'> | 'open' | 'sent';

/** What may happen to every order that is at a venue. */
const atVenue = {
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
  completeFill: 'filled',
  suspended: 'suspended',
} as const;

/** News that came too late to matter: the order is at no venue and stays as it is. A fill is never late news, it is refused. */
const lateNews = (state: 'filled' | 'cancelled' | 'rejected' | 'expired' | 'suspended') =>
  ({
    working: state,
    cancelled: state,
    replaced: state,
    changeRejected: state,
    rejected: state,
    expired: state,
    sessionStarted: state,
  }) as const;

/** What follows on what; what is not here cannot happen and is refused. */
export const lifeCycle: Readonly<Record<StatusName, Readonly<Partial<Record<EventName, Target>>>>> = {
  none: { accepted: 'pendingNew', held: 'suspended' },
  pendingNew: {
    ...atVenue,
    working: 'new',
    partialFill: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    suspendRequested: 'pendingCancel',
    replaced: 'open',
    changeRejected: 'pendingNew',
    sessionStarted: 'pendingNew',
  },
  new: {
    ...atVenue,
    working: 'new',
    partialFill: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    suspendRequested: 'pendingCancel',
    replaced: 'new',
    changeRejected: 'new',
    sessionStarted: 'pendingNew',
  },
  partiallyFilled: {
    ...atVenue,
    working: 'partiallyFilled',
    partialFill: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    suspendRequested: 'pendingCancel',
    replaced: 'partiallyFilled',
    changeRejected: 'partiallyFilled',
    sessionStarted: 'partiallyFilled',
  },
  pendingCancel: {
    ...atVenue,
    working: 'pendingCancel',
    partialFill: 'pendingCancel',
    replaced: 'pendingCancel',
    changeRejected: 'open',
    sessionStarted: 'pendingCancel',
  },
  pendingReplace: {
    ...atVenue,
    working: 'pendingReplace',
    partialFill: 'pendingReplace',
    cancelRequested: 'pendingCancel',
    replaced: 'open',
    changeRejected: 'open',
    sessionStarted: 'pendingReplace',
  },
  suspended: {
    ...lateNews('suspended'),
    cancelRequested: 'cancelled',
    replaceRequested: 'suspended',
    released: 'sent',
  },
  filled: lateNews('filled'),
  cancelled: lateNews('cancelled'),
  rejected: lateNews('rejected'),
  expired: lateNews('expired'),
};

/** What `transition` gives for an event that cannot happen. */
export const IMPOSSIBLE = 255;

const EVENTS = Object.keys(OrderEvent).length;
const OPEN = 254;
const SENT = 253;
const conditional: Readonly<Partial<Record<Target, number>>> = { open: OPEN, sent: SENT };

const cells = new Uint8Array(Object.keys(OrderStatus).length * EVENTS).fill(IMPOSSIBLE);
for (const [from, row] of Object.entries(lifeCycle))
  for (const [event, to] of Object.entries(row))
    cells[OrderStatus[from as StatusName] * EVENTS + OrderEvent[event as EventName]] =
      conditional[to] ?? OrderStatus[to as StatusName];

/** The state after an event, or IMPOSSIBLE. `filled` is the quantity filled before the event. */
export function transition(status: number, event: number, filled: number): number {
  const next = cells[status * EVENTS + event] as number;
  if (next < SENT || next === IMPOSSIBLE) return next;
  if (filled > 0) return OrderStatus.partiallyFilled;
  return next === OPEN ? OrderStatus.new : OrderStatus.pendingNew;
}

/** True while a venue may have the order. */
export const isAtVenue = (status: number): boolean =>
  status >= OrderStatus.pendingNew && status <= OrderStatus.pendingReplace;

/** True while an order can still trade. */
export const isLive = (status: number): boolean => isAtVenue(status) || status === OrderStatus.suspended;

const targets = { open: ['new', 'partiallyFilled'], sent: ['pendingNew', 'partiallyFilled'] };

/** The table as a mermaid state diagram, without events that change nothing: the one in README.md. */
export function lifeCycleDiagram(): string {
  const arrows = new Map<string, string[]>();
  for (const [from, row] of Object.entries(lifeCycle)) {
    for (const [event, to] of Object.entries(row)) {
      for (const target of targets[to as 'open'] ?? [to]) {
        if (target === from) continue;
        const arrow = `${from === 'none' ? '[*]' : from} --> ${target}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), event]);
      }
    }
  }
  const ends = ['filled', 'cancelled', 'rejected', 'expired'].map((state) => `  ${state} --> [*]`);
  const lines = [...arrows].map(([arrow, events]) => `  ${arrow}: ${events.join(', ')}`);
  return ['stateDiagram-v2', ...lines, ...ends].join('\n');
}
