import fc from 'fast-check';
import type { BooksEvent } from '../../../engines/pms/books/events';
import { Book } from '../../../engines/pms/books/ledger';
import { Desk } from './desk';

const SYMBOLS = [0, 3, 4, 5];
const side = fc.constantFrom('buy' as const, 'sell' as const);
const fill = fc.record({
  kind: fc.constant('fill' as const),
  account: fc.constantFrom(1, 7),
  instrument: fc.constantFrom(...SYMBOLS),
  price: fc.integer({ min: 1, max: 9_000_000 }),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  side,
  fee: fc.integer({ min: -1000, max: 1000 }),
  strategy: fc.integer({ min: 0, max: 2 }),
});
const account = fc.constantFrom('alpha', 'beta');
const currency = fc.constantFrom('USD', 'EUR');
const amount = fc.integer({ min: 1, max: 1e9 });
const cash = fc.record({
  kind: fc.constant('cash' as const),
  account,
  currency,
  movement: fc.constantFrom('deposit', 'withdrawal', 'interest', 'fee', 'adjustment'),
  amount,
});
const conversion = fc.record({
  kind: fc.constant('conversion' as const),
  account,
  sold: fc.record({ currency: fc.constant('USD'), amount }),
  bought: fc.record({ currency: fc.constant('EUR'), amount }),
});
const method = fc.record({ kind: fc.constant('method' as const), costMethod: fc.constantFrom('average', 'fifo') });
const usd = fc.constantFrom('AAPL', 'MSFT', 'IBM');
const ratio = { over: fc.integer({ min: 1, max: 20 }), under: fc.integer({ min: 1, max: 20 }) };
const price = fc.integer({ min: 1, max: 9_000_000 });
const action = fc
  .oneof(
    fc.record({ type: fc.constantFrom('split', 'stock-dividend'), symbol: usd, ...ratio, price }),
    fc.record({
      type: fc.constant('cash-dividend'),
      symbol: usd,
      amount: fc.integer({ min: 0, max: 1e9 }),
      late: fc.nat(3),
    }),
    fc.record({
      type: fc.constant('merger'),
      symbol: usd,
      into: fc.option(usd),
      ...ratio,
      amount: fc.integer({ min: 0, max: 1e10 }),
      price,
      late: fc.nat(3),
    }),
    fc.record({
      type: fc.constant('spin-off'),
      symbol: usd,
      into: usd,
      ...ratio,
      costBasisPoints: fc.integer({ min: 0, max: 10_000 }),
      price,
    }),
  )
  .filter((terms) => !('into' in terms) || terms.into !== terms.symbol)
  .map((terms) => ({
    kind: 'corporate-action' as const,
    ...terms,
    ...('into' in terms && terms.into === null && { over: 0 }),
  }));
const roll = fc.record({ kind: fc.constant('roll' as const) });
const step = fc.oneof(
  { weight: 8, arbitrary: fill },
  { weight: 1, arbitrary: cash },
  { weight: 1, arbitrary: conversion },
  { weight: 1, arbitrary: method },
  { weight: 2, arbitrary: roll },
  { weight: 2, arbitrary: action },
);

/** Does one step; days are counted on from the first, weekends or not. */
function take(desk: Desk, one: { readonly kind: string } & Record<string, unknown>, number: number): void {
  const { kind, ...rest } = one;
  const day = (offset: number) => new Date(Date.parse(desk.books.day) + offset * 86_400_000).toISOString().slice(0, 10);
  if (kind === 'fill') desk.fill(rest.side as 'buy', rest.quantity as number, rest.price as number, omitSide(rest));
  else if (kind === 'roll') {
    desk.apply({ kind: 'roll', day: day(1), next: day(2), marks: { 0: 11_720_000 } });
  } else if (kind === 'method') {
    const first = desk.books.definitions.accounts[0]!;
    desk.apply({ kind: 'define', accounts: [{ ...first, ...rest }], instruments: [] } as BooksEvent);
  } else if (kind === 'corporate-action') {
    const { late, ...terms } = rest as { late?: number };
    const payDate = late !== undefined && { payDate: day(1 + late) };
    desk.apply({ kind, id: `step ${number}`, exDate: day(1), ...payDate, ...terms } as unknown as BooksEvent);
  } else desk.apply({ kind, id: `step ${number}`, ...rest } as unknown as BooksEvent);
}
const omitSide = ({ side: _, ...rest }: Record<string, unknown>) => rest;

/** All that must hold at every moment, whatever happened. */
function check({ books }: Desk): void {
  const { ledger, positions, definitions } = books;
  expect(ledger.imbalance()).toBe(0);
  const cost = new Map<number, number>();
  for (let row = 0; row < positions.table.count; row++) {
    const lots = [...positions.lots.of(row)].map((lot) => positions.lots.table.row(lot));
    const lotSum = (name: 'quantity' | 'cost') => lots.reduce((sum, lot) => sum + lot[name], 0);
    const { account, purse, quantity, averageCost, fifoCost } = positions.table.row(row);
    expect(lotSum('quantity')).toBe(quantity);
    expect(lotSum('cost')).toBe(fifoCost);
    if (quantity === 0) expect([averageCost, fifoCost]).toEqual([0, 0]);
    const fifo = definitions.accounts[account]!.costMethod === 'fifo';
    cost.set(purse, (cost.get(purse) ?? 0) + (fifo ? fifoCost : averageCost));
  }
  for (let purse = 0; purse < ledger.count; purse++) {
    expect(ledger.balance(purse, Book.securities)).toBe(cost.get(purse) ?? 0);
    const due = ledger.due(purse).reduce((sum, { amount }) => sum + amount, 0);
    expect(ledger.balance(purse, Book.unsettled)).toBe(due);
  }
  for (let holding = 0; holding < positions.holdings.count; holding++) {
    const sum = [...positions.positionsOf(holding)].reduce(
      (total, row) => total + positions.table.row(row).quantity,
      0,
    );
    expect(positions.holdings.row(holding).quantity).toBe(sum);
  }
}

/** Cash + Σ positions at mark − what was paid in = realised + unrealised + income − fees, by purse, under either rule. */
function checkProfit({ books }: Desk, marks: readonly number[]): void {
  const { ledger, positions, definitions } = books;
  const rows = Array.from({ length: positions.table.count }, (_, row) => positions.table.row(row));
  for (let purse = 0; purse < ledger.count; purse++) {
    const balance = (book: keyof typeof Book) => ledger.balance(purse, Book[book]);
    const moved = balance('equity') + balance('exchange') + balance('suspense');
    let worth = ledger.cash(purse) + moved;
    let average = 0;
    let fifo = 0;
    for (const row of rows) {
      if (row.purse !== purse) continue;
      const value = row.quantity * marks[row.instrument]!;
      worth += value;
      average += row.averageRealised + value - row.averageCost;
      fifo += row.fifoRealised + value - row.fifoCost;
    }
    const rest = -balance('dividends') - balance('interest') - balance('fees');
    expect([average + rest, fifo + rest]).toEqual([worth, worth]);
    const own =
      definitions.accounts[books.ledger.owner(purse).account]!.costMethod === 'fifo'
        ? 'fifoRealised'
        : 'averageRealised';
    let realised = 0;
    for (const row of rows) if (row.purse === purse) realised += row[own];
    expect(balance('realised') + realised).toBe(0);
  }
}

test('whatever happens: the ledger balances, cost and lots agree with it, profit is what worth has grown by', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 80 }),
      fc.array(fc.integer({ min: 1, max: 9_000_000 }), { minLength: 4, maxLength: 4 }),
      (steps, marks) => {
        const desk = Desk.open();
        steps.forEach((one, number) => {
          take(desk, one, number);
          check(desk);
        });
        checkProfit(desk, marks);
      },
    ),
  );
});

test('books from a snapshot go on as those that were never stopped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, cut) => {
      const whole = Desk.open();
      let other = Desk.open();
      steps.forEach((one, number) => {
        if (number === cut % steps.length) {
          const { record } = other;
          other = new Desk(other.restored());
          other.record = record;
        }
        take(whole, one, number);
        take(other, one, number);
      });
      expect(other.books.hash()).toBe(whole.books.hash());
      expect(other.restored().hash()).toBe(whole.books.hash());
    }),
  );
});
