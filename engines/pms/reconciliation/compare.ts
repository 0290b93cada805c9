import { Holding, Position } from '../books/columns';
import type { StatementLine } from '../books/events';
import { Book } from '../books/ledger';
import type { BooksState } from '../books/state';
import type { BreakKind, Difference } from './difference';

/** Every difference between the books and a statement of all accounts; the tolerance is zero. */
export function compare(books: BooksState, lines: readonly StatementLine[]): Difference[] {
  const { definitions, ledger, positions } = books;
  const found: Difference[] = [];
  const seen = new Set<string>();
  for (const { account, symbol, currency, quantity, settled } of lines) {
    const subject = symbol ?? currency;
    const difference = (kind: BreakKind, ours: number | null) =>
      found.push({ kind, of: symbol === null ? 'cash' : 'shares', account, subject, ours, theirs: quantity });
    const key = `${account} ${symbol === null ? 'cash' : 'shares'} ${subject}`;
    if (seen.has(key)) {
      difference('duplicate-line', null);
      continue;
    }
    seen.add(key);
    const row = definitions.accountNamed(account);
    if (row < 0) difference('unknown-account', null);
    else if (symbol === null) {
      const column = definitions.currencies.indexOf(currency);
      const ours = column < 0 ? null : cashOf(books, row, column, settled);
      if (ours === null) difference('unknown-currency', null);
      else if (ours !== quantity) difference('cash', ours);
    } else {
      const instrument = definitions.symbol(symbol);
      if (instrument < 0) {
        difference('unknown-symbol', null);
        continue;
      }
      const ours = sharesOf(books, positions.findHolding(row, instrument), settled);
      if (definitions.instruments[instrument]!.currency !== currency) difference('currency', ours);
      if (ours === quantity) continue;
      if (ours === 0) difference('missing-here', ours);
      else difference(Math.sign(ours) === -Math.sign(quantity) ? 'side' : 'quantity', ours);
    }
  }
  const { holdings } = positions;
  for (let holding = 0; holding < holdings.count; holding++) {
    const account = definitions.accounts[holdings.get(holding, Holding.account)]!.name;
    const subject = definitions.instruments[holdings.get(holding, Holding.instrument)]!.symbol;
    const ours = holdings.get(holding, Holding.quantity);
    if (ours !== 0 && !seen.has(`${account} shares ${subject}`))
      found.push({ kind: 'missing-there', of: 'shares', account, subject, ours, theirs: null });
  }
  for (let purse = 0; purse < ledger.count; purse++) {
    const { account: row, currency } = ledger.owner(purse);
    const account = definitions.accounts[row]!.name;
    const subject = definitions.currencies[currency]!;
    if (ledger.cash(purse) !== 0 && !seen.has(`${account} cash ${subject}`))
      found.push({ kind: 'cash-missing-there', of: 'cash', account, subject, ours: ledger.cash(purse), theirs: null });
  }
  return found;
}

/** 0 where the account never had the currency. */
function cashOf({ ledger }: BooksState, account: number, currency: number, settled: boolean): number {
  const purse = ledger.findPurse(account, currency);
  if (purse === undefined) return 0;
  return settled ? ledger.balance(purse, Book.cash) : ledger.cash(purse);
}

function sharesOf({ positions }: BooksState, holding: number, settled: boolean): number {
  if (holding < 0) return 0;
  let unsettled = 0;
  if (settled)
    for (const row of positions.positionsOf(holding)) unsettled += positions.table.get(row, Position.unsettled);
  return positions.holdings.get(holding, Holding.quantity) - unsettled;
}
