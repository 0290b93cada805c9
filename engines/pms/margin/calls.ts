import type { MarginRule } from './rules';

/**
 * The life of a margin call: `open` when the excess falls below zero; `met` when it is back after money or trades, not by prices alone;
 * `expired` when its day is over. One that has expired can be met still.
 */
export const callStates = ['open', 'expired', 'met'] as const;
type CallState = (typeof callStates)[number];

/** As it is journaled: a call that begins, or the account's unmet call that is met. Amounts in 1e-4 of the base currency. */
export interface MarginCallEvent {
  readonly kind: 'margin-call';
  readonly account: string;
  readonly state: 'open' | 'met';
  readonly rule: MarginRule;
  readonly equity: number;
  readonly maintenance: number;
  /** Day by which it is to be met. */
  readonly due: string;
}

export interface MarginCall {
  /** account/number */
  readonly id: string;
  readonly account: string;
  readonly rule: MarginRule;
  readonly state: CallState;
  /** What was missing when it began. */
  readonly amount: number;
  readonly opened: string;
  readonly due: string;
  readonly changed: string;
}

/** Calls kept of an account, the newest. */
const KEPT = 100;

/** Margin calls by account: a fold over their events and the ends of days. */
export class MarginCalls {
  private readonly byAccount = new Map<string, MarginCall[]>();

  get all(): readonly MarginCall[] {
    return [...this.byAccount.values()].flat();
  }

  /** The call of an account that is not met. */
  unmet(account: string): MarginCall | undefined {
    const last = this.byAccount.get(account)?.at(-1);
    return last?.state === 'met' ? undefined : last;
  }

  count(state: CallState): number {
    return this.all.filter((call) => call.state === state).length;
  }

  /** Returns the calls that changed. */
  apply(
    { account, state, rule, equity, maintenance, due }: MarginCallEvent,
    day: string,
    record: number,
  ): MarginCall[] {
    const unmet = this.unmet(account);
    if (state === 'met') return unmet ? [this.replace({ ...unmet, state: 'met', changed: day })] : [];
    if (unmet) return [];
    const amount = Math.ceil(maintenance - equity);
    const call = { id: `${account}/${record}`, account, rule, state, amount, opened: day, due, changed: day };
    this.byAccount.set(account, [...(this.byAccount.get(account) ?? []).slice(1 - KEPT), call]);
    return [call];
  }

  /** A day begins: calls that were due before it have expired. Returns them. */
  expire(day: string): MarginCall[] {
    return this.all
      .filter(({ state, due }) => state === 'open' && due < day)
      .map((call) => this.replace({ ...call, state: 'expired', changed: day }));
  }

  restore(calls: readonly MarginCall[]): void {
    for (const call of calls) this.byAccount.set(call.account, [...(this.byAccount.get(call.account) ?? []), call]);
  }

  private replace(call: MarginCall): MarginCall {
    const calls = this.byAccount.get(call.account) as MarginCall[];
    calls[calls.length - 1] = call;
    return call;
  }
}
