import { PRICE_UNITS } from '@nautilus/core/domain';
import type { Books } from '../books/books';
import type { MarginCallReply, MarginList } from '../replies';
import type { MarginCall } from './calls';
import type { Margin, MarginBook } from './margin-book';
import type { MarginRule } from './rules';

export const callReply = (call: MarginCall): MarginCallReply => ({ ...call, amount: call.amount / PRICE_UNITS });

/** Margin of every account as the API shows it. */
export function marginReplies(
  { definitions, calls }: Books,
  margins: MarginBook,
  rule: (account: number) => MarginRule,
): MarginList['margin'] {
  return definitions.accounts.map(({ name, currency }, account) => {
    const margin = rule(account) === 'none' ? null : margins.of(account);
    const money = (field: keyof Margin) => (margin === null ? null : margin[field] / PRICE_UNITS);
    const call = calls.unmet(name);
    return {
      account: name,
      currency,
      rule: rule(account),
      equity: money('equity'),
      initial: money('initial'),
      maintenance: money('maintenance'),
      excess: money('excess'),
      call: call ? callReply(call) : null,
    };
  });
}
