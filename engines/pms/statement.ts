import { PRICE_UNITS } from '@nautilus/core/domain';
import { EngineError } from '@nautilus/core/kernel';
import type { Books } from './books/books';
import { KEPT_CLOSINGS } from './books/day';
import { BOOKS, Book, bookNames } from './books/ledger';
import type { StatementOfAccount } from './replies';

/**
 * An account's day: what each book held when it began, what moved, what it holds at its end, or now.
 * @throws EngineError NAUT_STATEMENT_DAY
 */
export function statementOf(
  { ledger, closings, day: today, definitions }: Books,
  account: number,
  day = today,
): StatementOfAccount {
  const place = day === today ? closings.length : closings.findIndex((closing) => closing.day === day);
  const first = closings.length < KEPT_CLOSINGS ? 0 : 1;
  if (place < first) throw unknownDay(day, [...closings.slice(first).map((closing) => closing.day), today]);
  const before = closings[place - 1]?.balances;
  const after = closings[place]?.balances ?? ledger.copy();
  const books = ledger.pursesOf(account).flatMap((purse) =>
    bookNames.map((book) => {
      const cell = purse * BOOKS + Book[book];
      const opening = before?.[cell] ?? 0;
      const closing = after[cell] ?? 0;
      return {
        currency: definitions.currencies[ledger.owner(purse).currency]!,
        book,
        opening: opening / PRICE_UNITS,
        movement: (closing - opening) / PRICE_UNITS,
        closing: closing / PRICE_UNITS,
      };
    }),
  );
  return {
    account: definitions.accounts[account]!.name,
    day,
    closed: day !== today,
    books: books.filter(({ opening, closing }) => opening !== 0 || closing !== 0),
  };
}

const unknownDay = (day: string, allowed: readonly string[]): EngineError =>
  new EngineError({
    status: 404,
    code: 'NAUT_STATEMENT_DAY',
    message: `there is no statement of ${day}`,
    value: day,
    allowed,
    fix: 'days before are in the database, where there is one: trading.ledger_lines',
  });
