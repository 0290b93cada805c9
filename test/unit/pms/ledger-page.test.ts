import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PRICE_UNITS } from '@nautilus/core/domain';
import { Book, type BookName, bookNames } from '../../../engines/pms/books/ledger';
import { statementOf } from '../../../engines/pms/statement';
import { Desk } from './desk';

const page = readFileSync(path.join(__dirname, '../../../docs/ledger.md'), 'utf8');
const money = (units: number) => (units / PRICE_UNITS).toFixed(2);

/** The example of docs/ledger.md: what happens, and what its row in the page says. */
function example() {
  const desk = Desk.open();
  const rows: string[] = [];
  const shown: readonly BookName[] = ['cash', 'unsettled', 'securities', 'equity', 'realised', 'fees', 'dividends'];
  const step = (what: string, action: () => void) => {
    action();
    rows.push(`| ${[what, ...shown.map((book) => money(desk.balance(book)))].join(' | ')} |`);
  };
  step('Thursday: the books begin', () => {});
  step('buys 100 AAPL at 586.00, fee 0.30', () => desk.fill('buy', 100, 5_860_000, { fee: 3_000 }));
  step('buys 100 AAPL at 588.00, rebate 0.20', () => desk.fill('buy', 100, 5_880_000, { fee: -2_000 }));
  step('sells 150 AAPL at 590.00, fee 0.45', () => desk.fill('sell', 150, 5_900_000, { fee: 4_500 }));
  desk.apply({
    kind: 'corporate-action',
    id: 'dividend',
    type: 'cash-dividend',
    symbol: 'AAPL',
    exDate: '2012-06-22',
    payDate: '2012-06-25',
    amount: 265_000_000,
  });
  step('Friday: trades settle, ex 2.65 dividend', () =>
    desk.apply({ kind: 'roll', day: '2012-06-22', next: '2012-06-25', marks: {} }),
  );
  step('Monday: the dividend is paid', () =>
    desk.apply({ kind: 'roll', day: '2012-06-25', next: '2012-06-26', marks: {} }),
  );
  return { desk, rows };
}

test('the figures of docs/ledger.md are what the books come to', () => {
  const { rows } = example();
  for (const row of rows) expect(page).toContain(row);
});

test('its two cost rules, too', () => {
  const { desk } = example();
  const { average, fifo } = desk.position(0, 0);
  const row = (name: string, { cost, realised }: typeof average) => `| ${name} | ${money(cost)} | ${money(realised)} |`;
  expect(page).toContain(row('average', average));
  expect(page).toContain(row('fifo', fifo));
});

test('it describes every book of the ledger', () => {
  for (const name of bookNames) expect(page).toContain(`| \`${name}\` |`);
  expect(Object.keys(Book)).toEqual(bookNames);
});

test('the statement of a day is what the ledger says: opening + movement = closing, and each day goes on from the one before', () => {
  const { desk } = example();
  const [thursday, friday, monday] = ['2012-06-21', '2012-06-22', '2012-06-25'].map((day) =>
    statementOf(desk.books, 0, day),
  );
  const book = (of: typeof thursday, name: BookName) => of!.books.find((one) => one.book === name);
  expect(book(thursday, 'cash')).toMatchObject({ opening: 0, movement: 1_000_000.25, closing: 1_000_000.25 });
  expect(book(friday, 'cash')).toMatchObject({ opening: 1_000_000.25, movement: -28_900.55, closing: 971_099.7 });
  expect(book(monday, 'unsettled')).toMatchObject({ opening: 132.5, movement: -132.5, closing: 0 });
  expect([thursday!.closed, monday!.closed]).toEqual([true, false]);
  for (const one of [thursday, friday, monday])
    expect(one!.books.reduce((sum, { closing }) => sum + Math.round(closing * PRICE_UNITS), 0)).toBe(0);
  expect(() => statementOf(desk.books, 0, '2012-06-20')).toThrow(
    expect.objectContaining({ code: 'NAUT_STATEMENT_DAY' }),
  );
  expect(desk.restored().hash()).toBe(desk.books.hash());
});
