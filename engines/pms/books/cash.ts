import { CodedError } from '@nautilus/core/domain';
import { exact } from './arithmetic';
import type { Definitions } from './definitions';
import type { Cash, Conversion } from './events';
import { Book } from './ledger';
import type { BooksState } from './state';

/** The other side of what moved cash. */
const counterpart = {
  deposit: Book.equity,
  withdrawal: Book.equity,
  interest: Book.interest,
  fee: Book.fees,
  adjustment: Book.suspense,
} as const;

export function moveCash(books: BooksState, { account, currency, movement, amount }: Cash, record: number): void {
  const signed = movement === 'withdrawal' || movement === 'fee' ? -amount : amount;
  books.ledger.begin(purseNamed(books, account, currency));
  books.ledger.add(Book.cash, signed);
  books.ledger.add(counterpart[movement], -signed);
  books.ledger.post(record, books.dayNumber);
}

export function convert(books: BooksState, { account, sold, bought }: Conversion, record: number): void {
  const from = purseNamed(books, account, sold.currency);
  const to = purseNamed(books, account, bought.currency);
  exact(books.ledger.balance(to, Book.cash) + bought.amount, 'the cash balance');
  for (const [purse, amount] of [
    [from, -sold.amount],
    [to, bought.amount],
  ] as const) {
    books.ledger.begin(purse);
    books.ledger.add(Book.cash, amount);
    books.ledger.add(Book.exchange, -amount);
    books.ledger.post(record, books.dayNumber);
  }
}

function purseNamed(books: BooksState, account: string, currency: string): number {
  const row = books.definitions.accountNamed(account);
  const column = books.definitions.currencies.indexOf(currency);
  if (row < 0 || column < 0) throw unknownPurse(account, currency, books.definitions);
  return books.ledger.purse(row, column);
}

const unknownPurse = (account: string, currency: string, { accounts, currencies }: Definitions): CodedError =>
  new CodedError({
    code: 'NAUT_UNKNOWN_CURRENCY',
    message: `there is no account ${account} with ${currency}; accounts: ${accounts.map(({ name }) => name).join(', ')}; currencies: ${currencies.join(', ')}`,
    fix: 'name an account and a currency of the profile',
  });
