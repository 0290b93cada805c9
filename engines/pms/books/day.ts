import { CodedError } from '@nautilus/core/domain';
import { Holding, Position } from './columns';
import type { Define, Roll } from './events';
import { Book } from './ledger';
import type { BooksState } from './state';
import { widened } from './table';

/** Closings that are kept: the oldest is only what the day after it began with. */
export const KEPT_CLOSINGS = 6;

export function define(books: BooksState, { accounts, instruments }: Define, record: number): void {
  for (const instrument of instruments) {
    books.definitions.instrument(instrument);
    books.definitions.currency(instrument.currency);
  }
  for (const definition of accounts) {
    const known = books.definitions.accounts.find(({ id }) => id === definition.id);
    const account = books.definitions.account(definition);
    const purse = books.ledger.purse(account, books.definitions.currency(definition.currency));
    if (known && known.costMethod !== definition.costMethod) changeMethod(books, account, record);
    if (known) continue;
    books.ledger.begin(purse);
    books.ledger.add(Book.cash, definition.initialCash);
    books.ledger.add(Book.equity, -definition.initialCash);
    books.ledger.post(record, books.dayNumber);
  }
}

/** From now on the ledger realises by the account's other rule: cost and profit move by what the rules differ. */
function changeMethod(books: BooksState, account: number, record: number): void {
  const { table, holdings } = books.positions;
  const sign = books.definitions.accounts[account]!.costMethod === 'fifo' ? 1 : -1;
  for (
    let next = books.positions.firstOfAccount(account);
    next > 0;
    next = holdings.get(next - 1, Holding.nextOfAccount)
  )
    for (const row of books.positions.positionsOf(next - 1)) {
      const difference = sign * (table.get(row, Position.fifoCost) - table.get(row, Position.averageCost));
      books.ledger.begin(table.get(row, Position.purse), table.get(row, Position.instrument));
      books.ledger.add(Book.securities, difference);
      books.ledger.add(Book.realised, -difference);
      books.ledger.post(record, books.dayNumber);
    }
}

/** What is due becomes cash, and shares that were traded are settled. */
export function roll(books: BooksState, { day, next, marks }: Roll, record: number): void {
  if (!(day > books.day && next > day)) throw dayOrder(books.day, day, next);
  if (books.day !== '') books.closings.push({ day: books.day, balances: books.ledger.copy() });
  if (books.closings.length > KEPT_CLOSINGS) books.closings.shift();
  books.setDay(day, next);
  books.closing = widened(books.closing, books.definitions.instruments.length);
  for (const [id, halves] of Object.entries(marks)) books.closing[books.definitions.instrumentRow(Number(id))] = halves;
  const { ledger } = books;
  for (const due of ledger.dueDays(books.dayNumber)) {
    for (let purse = 0; purse < ledger.count; purse++) {
      const amount = ledger.dueAmount(purse, due);
      if (amount === 0) continue;
      ledger.begin(purse);
      ledger.add(Book.unsettled, -amount, due);
      ledger.add(Book.cash, amount);
      ledger.post(record, books.dayNumber);
    }
    ledger.forget(due);
  }
  books.positions.table.fill(Position.unsettled, 0);
}

const dayOrder = (current: string, day: string, next: string): CodedError =>
  new CodedError({
    code: 'NAUT_DAY_ORDER',
    message: `day ${day} with ${next} after it cannot follow ${current || 'the beginning'}; allowed: later days in their order`,
    fix: 'close each business day once, in order',
  });
