/**
 * The life of an order as one table. Names are FIX's (OrdStatus, ExecType); an order keeps its number when it is
 * replaced, so "replaced" is an event here and no state.
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
} as const;

export type StatusName = keyof typeof OrderStatus;
export type EventName = keyof typeof OrderEvent;

/** `open` stands for `new` while nothing is filled and for `partiallyFilled` after. */
type Target = Exclude<StatusName, 'none'> | 'open';

const liveEnds = { cancelled: 'cancelled', rejected: 'rejected', expired: 'expired', completeFill: 'filled' } as const;

/** News that came too late to matter: the order has ended and stays as it is. A fill is never late news, it is refused. */
const lateNews = (state: 'filled' | 'cancelled' | 'rejected' | 'expired') =>
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
  none: { accepted: 'pendingNew' },
  pendingNew: {
    ...liveEnds,
    working: 'new',
    partialFill: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    replaced: 'open',
    changeRejected: 'pendingNew',
    sessionStarted: 'pendingNew',
  },
  new: {
    ...liveEnds,
    working: 'new',
    partialFill: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    replaced: 'new',
    changeRejected: 'new',
    sessionStarted: 'pendingNew',
  },
  partiallyFilled: {
    ...liveEnds,
    working: 'partiallyFilled',
    partialFill: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    replaced: 'partiallyFilled',
    changeRejected: 'partiallyFilled',
    sessionStarted: 'partiallyFilled',
  },
  pendingCancel: {
    ...liveEnds,
    working: 'pendingCancel',
    partialFill: 'pendingCancel',
    replaced: 'pendingCancel',
    changeRejected: 'open',
    sessionStarted: 'pendingCancel',
  },
  pendingReplace: {
    ...liveEnds,
    working: 'pendingReplace',
    partialFill: 'pendingReplace',
    cancelRequested: 'pendingCancel',
    replaced: 'open',
    changeRejected: 'open',
    sessionStarted: 'pendingReplace',
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

const cells = new Uint8Array(Object.keys(OrderStatus).length * EVENTS).fill(IMPOSSIBLE);
for (const [from, row] of Object.entries(lifeCycle))
  for (const [event, to] of Object.entries(row))
    cells[OrderStatus[from as StatusName] * EVENTS + OrderEvent[event as EventName]] =
      to === 'open' ? OPEN : OrderStatus[to];

/** The state after an event, or IMPOSSIBLE. `filled` is the quantity filled before the event. */
export function transition(status: number, event: number, filled: number): number {
  const next = cells[status * EVENTS + event] as number;
  if (next !== OPEN) return next;
  return filled > 0 ? OrderStatus.partiallyFilled : OrderStatus.new;
}

/** True while an order can still trade. */
export const isLive = (status: number): boolean =>
  status >= OrderStatus.pendingNew && status <= OrderStatus.pendingReplace;

/** The table as a mermaid state diagram, without events that change nothing: the one in README.md. */
export function lifeCycleDiagram(): string {
  const arrows = new Map<string, string[]>();
  for (const [from, row] of Object.entries(lifeCycle)) {
    for (const [event, to] of Object.entries(row)) {
      for (const target of to === 'open' ? ['new', 'partiallyFilled'] : [to]) {
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
