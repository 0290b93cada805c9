import { z } from '@nautilus/core/kernel';

export const Breach = z.object({
  id: z.int(),
  account: z.string(),
  symbol: z.string(),
  limit: z.literal('maxPosition'),
  /** Signed position when the breach began. */
  value: z.int(),
  /** The limit at that time. */
  allowed: z.int(),
  /** The signed position that was furthest past the limit. */
  worst: z.int(),
  /** Sequence of the execution that caused it; null when a lowered limit did. */
  execution: z.int().nullable(),
  /** Market time, nanoseconds after midnight of the session's day. */
  timeNs: z.number(),
  recordedAt: z.string(),
  /** When the position was within its limit again. */
  endedAt: z.string().nullable(),
});
export type Breach = z.infer<typeof Breach>;

/** Everything that the watch knows; survives a restart. */
export const WatchState = z.strictObject({
  version: z.literal(1),
  /** Sequence of the last execution that is in the positions. */
  sequence: z.int().min(0),
  /** Executions that never arrived: positions are not complete when there are any. */
  lost: z.int().min(0),
  positions: z.array(z.strictObject({ account: z.string(), symbol: z.string(), quantity: z.int() })),
  breaches: z.array(Breach),
  lastBreach: z.int().min(0),
});
export type WatchState = z.infer<typeof WatchState>;

/** Breaches that are kept; older ones that ended are forgotten first. */
const KEPT = 10_000;

interface Cause {
  readonly execution: number | null;
  readonly timeNs: number;
  readonly at: string;
}

const emptyState: WatchState = { version: 1, sequence: 0, lost: 0, positions: [], breaches: [], lastBreach: 0 };

/** Positions by fills, held against the position limits: a breach lasts from the fill past the limit to the one within it. */
export class PositionWatch {
  private sequence: number;
  private lost: number;
  private readonly positions = new Map<string, { account: string; symbol: string; quantity: number }>();
  private readonly open = new Map<string, Breach>();
  private breaches: Breach[];
  private lastBreach: number;

  constructor(
    private readonly maxPosition: (account: string) => number | undefined,
    state: WatchState = emptyState,
  ) {
    this.sequence = state.sequence;
    this.lost = state.lost;
    for (const position of state.positions) this.positions.set(key(position), { ...position });
    this.breaches = state.breaches.map((breach) => ({ ...breach }));
    for (const breach of this.breaches) if (breach.endedAt === null) this.open.set(key(breach), breach);
    this.lastBreach = state.lastBreach;
  }

  /** Adds a fill. Returns false when it is in the positions already. */
  apply(fill: {
    sequence: number;
    account: string;
    symbol: string;
    quantity: number;
    timeNs: number;
    at: string;
  }): boolean {
    if (fill.sequence <= this.sequence) return false;
    this.lost += fill.sequence - this.sequence - 1;
    this.sequence = fill.sequence;
    let position = this.positions.get(key(fill));
    if (!position) {
      position = { account: fill.account, symbol: fill.symbol, quantity: 0 };
      this.positions.set(key(fill), position);
    }
    position.quantity += fill.quantity;
    this.judge(position, { execution: fill.sequence, timeNs: fill.timeNs, at: fill.at });
    return true;
  }

  /** Judges every position again, after limits changed. */
  review(timeNs: number, at: string): void {
    for (const position of this.positions.values()) this.judge(position, { execution: null, timeNs, at });
  }

  list(): readonly Breach[] {
    return this.breaches;
  }

  get openBreaches(): number {
    return this.open.size;
  }

  get total(): number {
    return this.lastBreach;
  }

  get lostExecutions(): number {
    return this.lost;
  }

  all(): { account: string; symbol: string; quantity: number }[] {
    return [...this.positions.values()].map((position) => ({ ...position }));
  }

  state(): WatchState {
    return {
      version: 1,
      sequence: this.sequence,
      lost: this.lost,
      positions: this.all(),
      breaches: this.breaches,
      lastBreach: this.lastBreach,
    };
  }

  private judge(position: { account: string; symbol: string; quantity: number }, cause: Cause): void {
    const allowed = this.maxPosition(position.account);
    const breach = this.open.get(key(position));
    if (allowed === undefined) return;
    if (Math.abs(position.quantity) <= allowed) {
      if (breach) this.end(breach, cause.at);
    } else if (breach) {
      if (Math.abs(position.quantity) > Math.abs(breach.worst)) breach.worst = position.quantity;
    } else {
      this.begin(position, allowed, cause);
    }
  }

  private begin(position: { account: string; symbol: string; quantity: number }, allowed: number, cause: Cause): void {
    const breach: Breach = {
      id: ++this.lastBreach,
      account: position.account,
      symbol: position.symbol,
      limit: 'maxPosition',
      value: position.quantity,
      allowed,
      worst: position.quantity,
      execution: cause.execution,
      timeNs: cause.timeNs,
      recordedAt: cause.at,
      endedAt: null,
    };
    this.open.set(key(position), breach);
    this.breaches.push(breach);
    if (this.breaches.length > KEPT) {
      const oldest = this.breaches.findIndex(({ endedAt }) => endedAt !== null);
      if (oldest >= 0) this.breaches.splice(oldest, 1);
    }
  }

  private end(breach: Breach, at: string): void {
    breach.endedAt = at;
    this.open.delete(key(breach));
  }
}

const key = ({ account, symbol }: { account: string; symbol: string }): string => JSON.stringify([account, symbol]);
