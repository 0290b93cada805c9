import type { CorporateAction } from '../../../engines/pms/corporate-actions/actions';
import { Desk } from './desk';

/** An action without what is the same in all of these tests. */
type Terms = CorporateAction extends infer A
  ? A extends CorporateAction
    ? Omit<A, 'kind' | 'id' | 'exDate'>
    : never
  : never;

const announce = (desk: Desk, terms: Terms, id = 'action') =>
  desk.apply({ kind: 'corporate-action', id, exDate: '2012-06-22', ...terms } as CorporateAction);
const roll = (desk: Desk) => desk.apply({ kind: 'roll', day: '2012-06-22', next: '2012-06-25', marks: {} });
const act = (desk: Desk, terms: Terms) => {
  announce(desk, terms);
  roll(desk);
};
const cash = (desk: Desk, account = 0) => desk.books.ledger.cash(desk.purse(account, 'USD'));

test('a split of 3 for 2 gives whole shares and pays the fraction; cost goes with it', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 300);
  desk.fill('buy', 1, 606);
  const before = cash(desk);
  act(desk, { type: 'split', symbol: 'AAPL', over: 3, under: 2, price: 240 });
  // 151.5 shares: 151 and half of one, which is 120 and cost a third of the old share: by the average 30,606 / 303, by FIFO 100.
  expect(cash(desk) - before).toBe(120);
  expect(desk.position(0, 0)).toMatchObject({
    quantity: 151,
    average: { cost: 30_606 - 101, realised: 120 - 101 },
    fifo: { cost: 30_606 - 100, realised: 120 - 100 },
  });
  expect(desk.books.ledger.imbalance()).toBe(0);
});

test('a reverse split of a short position pays for the fraction that it owes', () => {
  const desk = Desk.open();
  desk.fill('sell', 15, 100);
  const before = cash(desk);
  act(desk, { type: 'split', symbol: 'AAPL', over: 1, under: 10, price: 1_200 });
  expect(cash(desk) - before).toBe(-600);
  expect(desk.position(0, 0)).toMatchObject({ quantity: -1, average: { cost: -1_000, realised: 500 - 600 } });
});

test('strategies of an account share its whole shares; who gets more than its part pays the other', () => {
  const desk = Desk.open();
  desk.fill('buy', 5, 100, { strategy: 1 });
  desk.fill('buy', 5, 100, { strategy: 2 });
  const before = cash(desk);
  act(desk, { type: 'split', symbol: 'AAPL', over: 3, under: 2, price: 80 });
  expect(desk.position(0, 0, 1)).toMatchObject({ quantity: 8, average: { cost: 540, realised: 0 } });
  expect(desk.position(0, 0, 2)).toMatchObject({ quantity: 7, average: { cost: 467, realised: 40 - 33 } });
  expect(cash(desk)).toBe(before);
});

test('a stock dividend of 5 % is 5 more shares for each 100, at the same cost', () => {
  const desk = Desk.open();
  desk.fill('buy', 200, 1_000);
  act(desk, { type: 'stock-dividend', symbol: 'AAPL', over: 5, under: 100, price: 950 });
  expect(desk.position(0, 0)).toMatchObject({ quantity: 210, average: { cost: 200_000, realised: 0 } });
});

test('a cash dividend is due to who held the shares before the ex date, on its pay date; who is short owes it', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  desk.fill('sell', 40, 1_000, { account: 7 });
  announce(desk, { type: 'cash-dividend', symbol: 'AAPL', amount: 24_625_000, payDate: '2012-06-26' });
  desk.fill('buy', 100, 1_000);
  roll(desk);
  desk.fill('sell', 200, 1_000);
  // 0.24625 a share, of 200 and of -40.
  expect(desk.balance('dividends', 0)).toBe(-492_500);
  expect(desk.balance('dividends', 1)).toBe(98_500);
  expect(desk.position(0, 0)).toMatchObject({ income: 492_500 });
  expect(desk.books.ledger.due(desk.purse(0, 'USD'))).toContainEqual({ day: 20120626, amount: 492_500 });
  const before = desk.balance('cash', 1);
  desk.apply({ kind: 'roll', day: '2012-06-25', next: '2012-06-26', marks: {} });
  expect(desk.balance('cash', 1)).toBe(before);
  desk.apply({ kind: 'roll', day: '2012-06-26', next: '2012-06-27', marks: {} });
  expect(desk.balance('cash', 1)).toBe(before - 98_500);
});

test('a merger for cash ends the position and realises', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  const merger = {
    type: 'merger',
    symbol: 'AAPL',
    into: null,
    over: 0,
    under: 1,
    price: 0,
    payDate: '2012-06-22',
  } as const;
  act(desk, { ...merger, amount: 13_000_000 });
  expect(desk.position(0, 0)).toMatchObject({ quantity: 0, average: { cost: 0, realised: 30_000 } });
  expect(desk.balance('securities')).toBe(0);
});

test('a merger for shares takes the cost over; lots keep the days on which they were bought', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  desk.fill('buy', 100, 1_200);
  desk.fill('buy', 10, 500, { instrument: 4 });
  const merger = { type: 'merger', symbol: 'AAPL', into: 'MSFT', payDate: '2012-06-22' } as const;
  act(desk, { ...merger, over: 5, under: 2, price: 440, amount: 0 });
  expect(desk.position(0, 0)).toMatchObject({ quantity: 0, average: { cost: 0 }, fifo: { cost: 0 } });
  expect(desk.position(0, 2)).toMatchObject({ quantity: 510, average: { cost: 225_000, realised: 0 } });
  const { lots } = desk.books.positions;
  const row = desk.books.positions.find(0, 0, 2);
  const open = [...lots.of(row)].map((lot) => lots.table.row(lot)).map(({ quantity, cost }) => [quantity, cost]);
  expect(open).toEqual([
    [250, 100_000],
    [250, 120_000],
    [10, 5_000],
  ]);
});

test('a merger for cash and shares parts the cost by what they are worth', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  // 0.03 in cash and half a share of 0.14 for each: 300 and 700 units, so 30 % of the cost goes with the cash.
  const merger = { type: 'merger', symbol: 'AAPL', into: 'MSFT', payDate: '2012-06-25' } as const;
  act(desk, { ...merger, over: 1, under: 2, price: 1_400, amount: 3_000_000 });
  expect(desk.position(0, 0)).toMatchObject({ quantity: 0, average: { cost: 0, realised: 0 } });
  expect(desk.position(0, 2)).toMatchObject({ quantity: 50, average: { cost: 70_000, realised: 0 } });
  expect(desk.books.ledger.due(desk.purse(0, 'USD'))).toEqual([{ day: 20120625, amount: 30_000 }]);
});

test('shares of a merger that meet the other side are as if they had been sold and bought', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  desk.fill('sell', 300, 500, { instrument: 4 });
  const worth = cash(desk);
  const merger = { type: 'merger', symbol: 'AAPL', into: 'MSFT', payDate: '2012-06-22' } as const;
  act(desk, { ...merger, over: 2, under: 1, price: 520, amount: 0 });
  expect(desk.position(0, 2)).toMatchObject({
    quantity: -100,
    average: { cost: -50_000, realised: 200 * 520 - 100_000 + 200 * (500 - 520) },
  });
  expect(cash(desk)).toBe(worth);
  expect(desk.books.ledger.imbalance()).toBe(0);
});

test('a spin-off takes its part of the cost', () => {
  const desk = Desk.open();
  desk.fill('buy', 103, 1_000);
  const before = cash(desk);
  act(desk, { type: 'spin-off', symbol: 'AAPL', into: 'IBM', over: 1, under: 4, costBasisPoints: 2_000, price: 900 });
  // 25.75 shares: 25, and three quarters of one for 675, which cost 0.75 / 25.75 of 20,600.
  expect(desk.position(0, 0)).toMatchObject({ quantity: 103, average: { cost: 82_400 } });
  expect(desk.position(0, 3)).toMatchObject({ quantity: 25, average: { cost: 20_000, realised: 75 } });
  expect(cash(desk) - before).toBe(675);
});

test('a symbol changes and nothing else does', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  act(desk, { type: 'symbol-change', symbol: 'AAPL', into: 'APPL' });
  expect(desk.books.definitions.symbol('APPL')).toBe(0);
  expect(desk.books.definitions.symbol('AAPL')).toBe(-1);
  expect(desk.position(0, 0).quantity).toBe(100);
  expect(desk.restored().definitions.symbol('APPL')).toBe(0);
});

test('an action is done once, when its ex date begins', () => {
  const desk = Desk.open();
  desk.fill('buy', 100, 1_000);
  announce(desk, { type: 'split', symbol: 'AAPL', over: 2, under: 1, price: 500 });
  expect(desk.position(0, 0).quantity).toBe(100);
  expect(desk.books.actions.get('action')).toMatchObject({ state: 'announced' });
  roll(desk);
  desk.apply({ kind: 'roll', day: '2012-06-25', next: '2012-06-26', marks: {} });
  expect(desk.position(0, 0).quantity).toBe(200);
  expect(desk.books.actions.get('action')).toMatchObject({ state: 'effective' });
});

test.each([
  ['an ex date that has begun', { exDate: '2012-06-21' }, 'NAUT_CORPORATE_ACTION_LATE'],
  ['a symbol that nobody has', { symbol: 'XYZ' }, 'NAUT_CORPORATE_ACTION_SYMBOL'],
  ['a symbol of another currency', { into: 'SAP' }, 'NAUT_CORPORATE_ACTION_SYMBOL'],
  ['its own symbol', { into: 'AAPL' }, 'NAUT_CORPORATE_ACTION_SYMBOL'],
])('%s is refused', (_, change, code) => {
  const desk = Desk.open();
  const before = desk.books.hash();
  const spin = { type: 'spin-off', symbol: 'AAPL', into: 'IBM', over: 1, under: 4, costBasisPoints: 2_000, price: 900 };
  expect(() => announce(desk, { ...spin, ...change } as unknown as Terms)).toThrow(expect.objectContaining({ code }));
  expect(desk.books.hash()).toBe(before);
});
