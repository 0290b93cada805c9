import type { Books } from '../books/books';
import type { PositionConfig } from '../config';
import type { Valuation } from '../valuation';
import type { MarginSettings } from './margin-book';

/** The profile's margin settings, by rows of the books. */
export function marginSettings(
  { accounts, underlyings }: Pick<PositionConfig, 'accounts' | 'underlyings'>,
  { definitions }: Books,
  valuation: Valuation,
): MarginSettings {
  const rules = new Map(accounts.map(({ id, margin }) => [id, margin]));
  // An account that the profile has no more is in the books still.
  const byRow = definitions.accounts.map(({ id }) => rules.get(id) ?? 'none');
  const underlying = definitions.instruments.map(({ symbol }, row) => {
    const named = underlyings[symbol] === undefined ? row : definitions.symbol(underlyings[symbol]);
    return named < 0 ? row : named;
  });
  const base = definitions.accounts.map(({ currency }) => definitions.currencies.indexOf(currency));
  return {
    rule: (account) => byRow[account] ?? 'none',
    underlying: (instrument) => underlying[instrument] ?? instrument,
    rate: (currency, account) =>
      currency === base[account]
        ? 1
        : valuation.rate(definitions.currencies[currency]!, definitions.accounts[account]!.currency),
  };
}
