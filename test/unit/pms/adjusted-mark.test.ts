import { Books } from '../../../engines/pms/books/books';
import type { CorporateAction } from '../../../engines/pms/corporate-actions/actions';
import { withoutAction } from '../../../engines/pms/corporate-actions/adjusted-mark';
import { MarginMonitor } from '../../../engines/pms/margin/monitor';
import { Valuation } from '../../../engines/pms/valuation';
import { Desk } from './desk';

const DOLLAR = 10_000;
const terms = { kind: 'corporate-action', id: 'action', symbol: 'AAPL', exDate: '2012-06-22' } as const;
const split = { ...terms, type: 'split', over: 2, under: 1, price: 293 * DOLLAR } as const;
const dividend = {
  ...terms,
  id: 'dividend',
  type: 'cash-dividend',
  amount: 265_000_000,
  payDate: '2012-06-22',
} as const;

test.each<[string, CorporateAction, number, number]>([
  ['a split of 3 for 2', { ...split, over: 3, under: 2 }, 300, 200],
  ['a reverse split of 1 for 10', { ...split, over: 1, under: 10 }, 3.5, 35],
  ['5 more shares for each 100', { ...terms, type: 'stock-dividend', over: 5, under: 100, price: 0 }, 105, 100],
  ['a dividend of 2.65', dividend, 586, 583.35],
  ['a dividend of all of it', dividend, 2.65, 0],
  [
    'one share worth 20 for each 4',
    { ...terms, type: 'spin-off', into: 'X', over: 1, under: 4, costBasisPoints: 0, price: 20 * DOLLAR },
    100,
    95,
  ],
  ['another name', { ...terms, type: 'symbol-change', into: 'X' }, 100, 100],
])('%s leaves of the price what is left', (_, action, before, after) => {
  expect(withoutAction(before * 2 * DOLLAR, action)).toBe(Math.round(after * 2 * DOLLAR));
});

/** Quoted at 586.00 by event 7 when Thursday ends; who follows the margin of it looks after every step. */
function quoted() {
  let monitor: MarginMonitor | undefined;
  const books: Books = new Books({
    position: (row) => monitor?.moved(row),
    posted: (_, purse) => monitor?.paid(books.ledger.owner(purse).account),
    action: (id) => monitor?.reprice(books.actions.get(id)!.instrument),
  });
  const desk = Desk.open(books);
  const quote = { eventSequence: 7, bid: 586 * DOLLAR, ask: 586 * DOLLAR, bidQuantity: 1, askQuantity: 1, last: 0 };
  const reader = { read: (id: number) => (id === 0 ? quote : { ...quote, bidQuantity: 0 }) } as never;
  const of = (some: Books) => new Valuation(some, reader, []);
  const settings = { rule: () => 'reg-t' as const, underlying: (one: number) => one, rate: () => 1 };
  monitor = new MarginMonitor(books, settings, of(books));
  const roll = (day: string, next: string) => {
    const halves = of(books).halves(0);
    desk.apply({ kind: 'roll', day, next, marks: { 0: halves }, quoted: { 0: of(books).quoted(0) } });
  };
  const calls = () => monitor.poll(() => '2012-06-27').map(({ state }) => state);
  return { desk, quote, roll, calls, mark: (some: Books = books) => of(some).mark(0) };
}

describe('shares of an ex date are marked at the day before, less the action', () => {
  test('until the first quote of it, through a snapshot and the end of a day without one', () => {
    const { desk, quote, roll, mark } = quoted();
    desk.apply(dividend);
    desk.apply(split);
    expect(mark()).toEqual({ halves: 2 * 586 * DOLLAR, from: 'mid' });
    roll('2012-06-22', '2012-06-25');
    const adjusted = { halves: (586 - 2.65) * DOLLAR, from: 'adjusted' };
    expect(mark()).toEqual(adjusted);
    expect(mark(desk.restored())).toEqual(adjusted);
    expect(desk.restored().hash()).toBe(desk.books.hash());
    roll('2012-06-25', '2012-06-26');
    expect(mark()).toEqual(adjusted);
    quote.eventSequence = 8;
    quote.bid = quote.ask = 292 * DOLLAR;
    expect(mark()).toEqual({ halves: 2 * 292 * DOLLAR, from: 'mid' });
    roll('2012-06-26', '2012-06-27');
    expect(desk.books.adjusted.size).toBe(0);
  });

  test('so that a split of a short position is no margin call', () => {
    const { desk, quote, roll, calls } = quoted();
    const out = { kind: 'cash', id: 'out', account: 'alpha', currency: 'USD', movement: 'withdrawal' } as const;
    desk.apply({ ...out, amount: 700_000.25 * DOLLAR });
    // 300,000 and the proceeds, less what is owed in shares: a third of that is required, and twice the shares would be owed.
    desk.fill('sell', 1_000, 586 * DOLLAR);
    desk.apply(split);
    expect(calls()).toEqual([]);
    roll('2012-06-22', '2012-06-25');
    expect(calls()).toEqual([]);
    quote.eventSequence = 8;
    expect([...calls(), ...calls()]).toEqual(['open']);
  });

  test('not where nothing was quoted when the day ended', () => {
    const { desk, mark } = quoted();
    desk.apply(split);
    desk.apply({ kind: 'roll', day: '2012-06-22', next: '2012-06-25', marks: {} });
    expect(mark()).toEqual({ halves: 2 * 586 * DOLLAR, from: 'mid' });
  });
});
