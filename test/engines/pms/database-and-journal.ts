/** Row by row: what PostgreSQL has of the books, beside what their journal says. */
import { PRICE_UNITS } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/core/journal';
import { Books } from '../../../engines/pms/books/books';
import { dayText } from '../../../engines/pms/books/calendar';
import { replayInto } from '../../../engines/pms/books/journal';
import { bookNames } from '../../../engines/pms/books/ledger';
import { JOURNAL_NAME } from '../../../engines/pms/books/records';
import type { Database } from '../oms/database';

/** What the journal of a position keeper that does not run says. */
export function booksOf(dataDirectory: string): Books {
  const books = new Books();
  replayJournal({ directory: dataDirectory, name: JOURNAL_NAME }, replayInto(books));
  return books;
}

/** Returns how many lines there are. Of the oldest the books themselves forget. */
export async function expectLedgerIsJournal(database: Database, dataDirectory: string): Promise<number> {
  const lines: ReturnType<Books['ledger']['log']['row']>[] = [];
  const books: Books = new Books({ posted: (line) => lines.push({ ...books.ledger.log.row(line) }) });
  replayJournal({ directory: dataDirectory, name: JOURNAL_NAME }, replayInto(books));
  const { ledger, definitions } = books;
  const rows = await database.rows(
    "SELECT line::int, record::int, to_char(day, 'YYYY-MM-DD') AS day, account, currency, book, (amount * 10000)::bigint::text AS amount, symbol, to_char(due, 'YYYY-MM-DD') AS due FROM trading.ledger_lines ORDER BY line",
  );
  expect(rows.length).toBe(lines.length);
  for (const [line, row] of rows.entries()) {
    const { record, purse, book, amount, instrument, due, day } = lines[line]!;
    const { account, currency } = ledger.owner(purse);
    const expected = {
      ...{ line, record, day: dayText(day) },
      account: definitions.accounts[account]!.name,
      currency: definitions.currencies[currency],
      book: bookNames[book],
      amount: String(amount),
      symbol: instrument < 0 ? null : definitions.instruments[instrument]!.symbol,
      due: due === 0 ? null : dayText(due),
    };
    // There may be a million: only what differs is worth a report.
    if (JSON.stringify(row) !== JSON.stringify(expected)) expect(row).toEqual(expected);
  }
  expect(await database.rows('SELECT sum(amount)::text AS sum FROM trading.ledger_lines')).toEqual([{ sum: '0.0000' }]);
  return rows.length;
}

export async function expectPositionsAreJournal(database: Database, { positions, definitions }: Books): Promise<void> {
  const { table } = positions;
  const rows = await database.rows(
    'SELECT account, strategy, symbol, quantity::int, (average_cost * 10000)::bigint::text AS cost, (fifo_realised * 10000)::bigint::text AS realised FROM trading.positions',
  );
  const key = ({ account, strategy, symbol }: Record<string, unknown>) => `${account} ${strategy} ${symbol}`;
  const expected = Array.from({ length: table.count }, (_, row) => table.row(row)).map((row) => ({
    account: definitions.accounts[row.account]!.name,
    strategy: row.strategy,
    symbol: definitions.instruments[row.instrument]!.symbol,
    quantity: row.quantity,
    cost: String(row.averageCost),
    realised: String(row.fifoRealised),
  }));
  const sorted = (list: Record<string, unknown>[]) => list.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  expect(sorted(rows)).toEqual(sorted(expected));
}

export async function expectBreaksAreJournal(database: Database, { breaks }: Books): Promise<void> {
  const found = await database.rows('SELECT id, state, ours::float, theirs::float FROM trading.breaks ORDER BY id');
  const unit = (of: string) => (of === 'cash' ? PRICE_UNITS : 1);
  expect(found).toEqual(
    [...breaks.all]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, state, of, ours, theirs }) => ({
        ...{ id, state },
        ours: ours === null ? null : ours / unit(of),
        theirs: theirs === null ? null : theirs / unit(of),
      })),
  );
}

/** Of margin calls those that the books still know. */
export async function expectActionsAndCallsAreJournal(database: Database, { actions, calls }: Books): Promise<void> {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  const days = (...names: string[]) => names.map((name) => `to_char(${name}, 'YYYY-MM-DD') AS ${name}`).join(', ');
  expect(
    await database.rows(
      `SELECT id, type, symbol, state, record::int, ${days('ex_date')} FROM trading.corporate_actions ORDER BY id COLLATE "C"`,
    ),
  ).toEqual(
    [...actions.values()]
      .map(({ action: { id, type, symbol, exDate }, state, record }) => ({
        ...{ id, type, symbol, state, record },
        ex_date: exDate,
      }))
      .sort(byId),
  );
  expect(
    await database.rows(
      `SELECT id, account, rule, state, (amount * 10000)::float AS amount, ${days('opened', 'due', 'changed')} FROM trading.margin_calls ORDER BY id COLLATE "C"`,
    ),
  ).toEqual([...calls.all].sort(byId));
}
