import { PRICE_UNITS } from '@nautilus/core/domain';
import type { BreakReply } from '../replies';
import type { Break, BreakState, Breaks } from './breaks';

/** A break as the API shows it: cash in units of the currency. */
export function breakReply(one: Break): BreakReply {
  const shown = (value: number | null) => (value === null || one.of === 'shares' ? value : value / PRICE_UNITS);
  return { ...one, ours: shown(one.ours), theirs: shown(one.theirs) };
}

/** Breaks that are not resolved, unless a state is asked for. */
export function breakReplies(
  { all }: Breaks,
  { state, account, source }: { readonly state?: BreakState; readonly account?: string; readonly source?: string },
): BreakReply[] {
  return all
    .filter((one) => (state === undefined ? one.state !== 'resolved' : one.state === state))
    .filter((one) => account === undefined || one.account === account)
    .filter((one) => source === undefined || one.source === source)
    .map(breakReply);
}
