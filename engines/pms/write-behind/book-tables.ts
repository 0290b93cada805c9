import { PRICE_UNITS } from '@nautilus/core/domain';
import { CopyRows, type Projection, type Table, type TableRows } from '@nautilus/core/persistence';
import { dayText } from '../books/calendar';
import { bookNames } from '../books/ledger';
import { BooksFold } from './books-fold';
import { actionsTable, addAction, addCall, callsTable, daysSince1970 } from './event-rows';

/** Rows of one batch after a restore. */
const MOST_ROWS = 5000;

export const positionsTable: Table = {
  name: 'trading.positions',
  holds: 'state',
  key: ['journal', 'account', 'strategy', 'instrument'],
  columns:
    'journal account strategy instrument symbol currency quantity unsettled average_cost average_realised fifo_cost fifo_realised fees income'.split(
      ' ',
    ),
};

export const linesTable: Table = {
  name: 'trading.ledger_lines',
  holds: 'facts',
  key: ['journal', 'line', 'day'],
  columns: 'journal line record day account currency book amount symbol due'.split(' '),
};

export const breaksTable: Table = {
  name: 'trading.breaks',
  holds: 'state',
  key: ['journal', 'id'],
  columns: 'journal id source kind account subject ours theirs state since changed age returns note'.split(' '),
};

/** The books as PostgreSQL holds them: each position, break, corporate action and margin call as it is, each line of the ledger. */
export class BookTables implements Projection<TableRows> {
  private readonly fold = new BooksFold((line) => this.addLine(line));
  private readonly positions = new CopyRows(positionsTable.columns.length);
  private readonly lines = new CopyRows(linesTable.columns.length);
  private readonly breaks = new CopyRows(breaksTable.columns.length);
  private readonly actions = new CopyRows(actionsTable.columns.length);
  private readonly calls = new CopyRows(callsTable.columns.length);
  /** Rows of a snapshot are taken in parts; those of records never. */
  private restoring = false;

  constructor(private readonly journal: string) {}

  apply(number: number, data: Uint8Array): void {
    this.fold.apply(number, data);
  }

  get waiting(): boolean {
    return this.restoring && this.fold.positions.size > 0;
  }

  prepare(rows: number): boolean {
    const { positions } = this.fold;
    let left = this.restoring ? Math.min(rows, MOST_ROWS - this.positions.rows) : rows;
    for (const row of positions) {
      if (left-- <= 0) break;
      this.addPosition(row);
      positions.delete(row);
    }
    return positions.size > 0 && !(this.restoring && this.positions.rows >= MOST_ROWS);
  }

  take(): TableRows {
    while (this.prepare(MOST_ROWS));
    const { books, breaks, actions, calls } = this.fold;
    for (const id of breaks) this.addBreak(id);
    for (const id of actions) addAction(this.actions, this.journal, books.actions.get(id)!);
    for (const call of calls.values()) addCall(this.calls, this.journal, call);
    for (const taken of [breaks, actions, calls]) taken.clear();
    this.restoring = this.waiting;
    return [
      { table: positionsTable, batch: this.positions.take(), fresh: false },
      { table: linesTable, batch: this.lines.take(), fresh: true },
      { table: breaksTable, batch: this.breaks.take(), fresh: false },
      { table: actionsTable, batch: this.actions.take(), fresh: false },
      { table: callsTable, batch: this.calls.take(), fresh: false },
    ].flatMap(({ batch, ...rest }) => (batch === undefined ? [] : [{ batch, ...rest }]));
  }

  restore(bytes: Uint8Array, record: number, written: number): void {
    const { fold } = this;
    fold.restore(bytes, record);
    this.restoring = written < record;
    if (!this.restoring) {
      fold.forget();
      return;
    }
    // Of the lines that the sink lacks, those that the books still have; older ones are in the gap that is noted.
    const { log } = fold.books.ledger;
    for (let line = log.oldest; line < log.count; line++) if (log.row(line).record > written) this.addLine(line);
  }

  private addPosition(row: number): void {
    const { positions: rows, fold, journal } = this;
    const { definitions, positions } = fold.books;
    const at = positions.table.row(row);
    const { id, symbol, currency } = definitions.instruments[at.instrument]!;
    rows.begin();
    rows.name(journal);
    rows.name(definitions.accounts[at.account]!.name);
    rows.integer(at.strategy);
    rows.integer(id);
    rows.name(symbol);
    rows.name(currency);
    rows.bigint(at.quantity);
    rows.bigint(at.unsettled);
    rows.money(at.averageCost);
    rows.money(at.averageRealised);
    rows.money(at.fifoCost);
    rows.money(at.fifoRealised);
    rows.money(at.fees);
    rows.money(at.income);
  }

  private addLine(line: number): void {
    const { lines: rows, fold } = this;
    const { definitions, ledger } = fold.books;
    const { record, purse, book, amount, instrument, due, day } = ledger.log.row(line);
    const { account, currency } = ledger.owner(purse);
    rows.begin();
    rows.name(this.journal);
    rows.bigint(line);
    rows.bigint(record);
    rows.date(daysSince1970(dayText(day)), true);
    rows.name(definitions.accounts[account]!.name);
    rows.name(definitions.currencies[currency]!);
    rows.name(bookNames[book]!);
    rows.money(amount);
    if (instrument < 0) rows.null();
    else rows.name(definitions.instruments[instrument]!.symbol);
    if (due === 0) rows.null();
    else rows.date(daysSince1970(dayText(due)));
  }

  private addBreak(id: string): void {
    const { breaks: rows } = this;
    const one = this.fold.books.breaks.get(id)!;
    // Cash is in 1e-4 of its currency, shares are whole.
    const unit = one.of === 'cash' ? 1 : PRICE_UNITS;
    const figure = (value: number | null) => (value === null ? rows.null() : rows.money(value * unit));
    rows.begin();
    rows.name(this.journal);
    rows.text(one.id);
    rows.name(one.source);
    rows.name(one.kind);
    rows.text(one.account);
    rows.text(one.subject);
    figure(one.ours);
    figure(one.theirs);
    rows.name(one.state);
    rows.date(daysSince1970(one.since));
    rows.date(daysSince1970(one.changed));
    rows.integer(one.age);
    rows.integer(one.returns);
    if (one.note === null) rows.null();
    else rows.text(one.note);
  }
}
