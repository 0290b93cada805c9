import { PRICE_UNITS, Side } from '@nautilus/core/domain';
import { SnapshotSink } from '../../../engines/core/journal/snapshot-sink';
import { Books } from '../../../engines/pms/books/books';
import { Position } from '../../../engines/pms/books/columns';
import type { AccountDefinition } from '../../../engines/pms/books/definitions';
import type { BooksEvent } from '../../../engines/pms/books/events';
import type { Fill } from '../../../engines/pms/books/fill';
import { Book } from '../../../engines/pms/books/ledger';

const account = (id: number, name: string, cash: number, rest: Partial<AccountDefinition> = {}): AccountDefinition => ({
  id,
  name,
  currency: 'USD',
  initialCash: Math.round(cash * PRICE_UNITS),
  costMethod: 'average',
  settlementDays: 1,
  ...rest,
});

/** Two accounts of two rules, four instruments, two currencies; 2012-06-21 is a Thursday. */
export const beginning: readonly BooksEvent[] = [
  { kind: 'roll', day: '2012-06-21', next: '2012-06-22', marks: {} },
  {
    kind: 'define',
    accounts: [account(1, 'alpha', 1_000_000.25), account(7, 'beta', 0, { costMethod: 'fifo', settlementDays: 0 })],
    instruments: [
      { id: 0, symbol: 'AAPL', currency: 'USD' },
      { id: 3, symbol: 'SAP', currency: 'EUR' },
      { id: 4, symbol: 'MSFT', currency: 'USD' },
      { id: 5, symbol: 'IBM', currency: 'USD' },
    ],
  },
];

/** Books with a record number that counts itself. */
export class Desk {
  record = 0;

  constructor(readonly books = new Books()) {}

  static open(books = new Books()): Desk {
    const desk = new Desk(books);
    for (const event of beginning) desk.apply(event);
    return desk;
  }

  apply(event: BooksEvent): void {
    this.books.apply(event, this.record + 1);
    this.record++;
  }

  fill(side: 'buy' | 'sell', quantity: number, price: number, rest: Partial<Fill> = {}): void {
    this.books.fill({ account: 1, instrument: 0, price, quantity, side: Side[side], ...rest }, this.record + 1);
    this.record++;
  }

  /** A position by the places of account and instrument. */
  position(account: number, instrument: number, strategy = 0) {
    const { positions } = this.books;
    const row = positions.find(account, strategy, instrument);
    const value = (name: keyof typeof Position) => (row < 0 ? 0 : positions.table.get(row, Position[name]));
    return {
      quantity: value('quantity'),
      unsettled: value('unsettled'),
      average: { cost: value('averageCost'), realised: value('averageRealised') },
      fifo: { cost: value('fifoCost'), realised: value('fifoRealised') },
      fees: value('fees'),
      income: value('income'),
    };
  }

  purse(account: number, currency: string): number {
    return this.books.ledger.purse(account, this.books.definitions.currencies.indexOf(currency));
  }

  balance(book: keyof typeof Book, account = 0, currency = 'USD'): number {
    return this.books.ledger.balance(this.purse(account, currency), Book[book]);
  }

  /** What these books are when they come back from a snapshot. */
  restored(): Books {
    const sink = new SnapshotSink();
    this.books.save(sink);
    const books = new Books();
    books.restore(Buffer.concat(Array.from(sink.parts(), (part) => Buffer.from(part))));
    return books;
  }
}
