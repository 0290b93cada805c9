import { CodedError, PRICE_UNITS } from '@nautilus/core/domain';
import type { AccountDefinition, Definitions, InstrumentDefinition } from './books/definitions';
import type { Define } from './books/events';
import type { PositionConfig } from './config';

/**
 * What the profile has that the books do not: new accounts and instruments, another cost rule or settlement. Undefined when there is
 * nothing. What the books rest on cannot change.
 *
 * @throws CodedError NAUT_BOOKS_CHANGED
 */
export function definitionsToJournal(
  config: Pick<PositionConfig, 'accounts' | 'instruments'>,
  known: Definitions,
): Define | undefined {
  const accounts = config.accounts.map(
    ({ id, name, currency, initialCash, costMethod, settlement }): AccountDefinition => ({
      id,
      name,
      currency,
      initialCash: Math.round(initialCash * PRICE_UNITS),
      costMethod,
      settlementDays: settlement === 'T+0' ? 0 : 1,
    }),
  );
  const instruments = config.instruments.map(
    ({ id, symbol, currency }): InstrumentDefinition => ({ id, symbol, currency }),
  );
  for (const account of accounts) {
    const before = known.accounts.find(({ id }) => id === account.id);
    if (before) unchanged(`account ${account.name}`, before, account, ['name', 'currency', 'initialCash']);
  }
  const news = instruments.filter((instrument) => {
    const before = known.instruments.find(({ id }) => id === instrument.id);
    if (before) unchanged(`instrument ${instrument.symbol}`, before, instrument, ['currency']);
    return !before;
  });
  const changed = accounts.filter((account) => {
    const before = known.accounts.find(({ id }) => id === account.id);
    return JSON.stringify(before) !== JSON.stringify(account);
  });
  return changed.length + news.length > 0 ? { kind: 'define', accounts: changed, instruments: news } : undefined;
}

function unchanged<T extends object>(what: string, before: T, after: T, fields: readonly (keyof T & string)[]): void {
  const field = fields.find((name) => before[name] !== after[name]);
  if (field === undefined) return;
  throw new CodedError({
    code: 'NAUT_BOOKS_CHANGED',
    message: `the books have ${what} with ${field} ${before[field]}; the profile says ${after[field]}`,
    fix: `leave ${field} as it was when the books began (cash is paid in and out with POST /api/v1/cash), or give pms a new data directory`,
  });
}
