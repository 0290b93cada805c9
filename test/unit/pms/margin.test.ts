import fc from 'fast-check';
import { Books } from '../../../engines/pms/books/books';
import { MarginBook, type MarginSettings } from '../../../engines/pms/margin/margin-book';
import { MarginMonitor } from '../../../engines/pms/margin/monitor';
import { initialOf, type MarginRule, maintenanceOf, portfolioRequirement } from '../../../engines/pms/margin/rules';
import { Desk } from './desk';

const DOLLAR = 10_000;

describe('maintenance, from the text of FINRA Rule 4210(c)', () => {
  test.each([
    // (1) 25 per cent of the current market value of long securities
    ['100 long at 586.00', 100, 586, 14_650],
    // (2) short below 5.00: 2.50 a share or 100 per cent, whichever is greater
    ['100 short at 1.00', -100, 1, 250],
    ['100 short at 4.00', -100, 4, 400],
    // (3) short at 5.00 or above: 5.00 a share or 30 per cent
    ['100 short at 5.00', -100, 5, 500],
    ['100 short at 16.00', -100, 16, 500],
    ['100 short at 20.00', -100, 20, 600],
  ])('%s', (_, shares, price, required) => {
    expect(maintenanceOf(shares, price * DOLLAR)).toBe(required * DOLLAR);
  });

  test('initial margin is half of the value, long or short, rounded up', () => {
    expect([initialOf(100 * 586 * DOLLAR), initialOf(-7)]).toEqual([29_300 * DOLLAR, 4]);
  });
});

test('a portfolio of equities is required 15 % of what it is net', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
      expect(portfolioRequirement(value)).toBe(Math.ceil((Math.abs(value) * 15) / 100));
    }),
  );
});

/** IBM follows MSFT, and a euro is worth 1.25 dollars. */
const settings = (rules: readonly MarginRule[], euro: number | null = 1.25): MarginSettings => ({
  rule: (account) => rules[account] ?? 'none',
  underlying: (instrument) => (instrument === 3 ? 2 : instrument),
  rate: (currency) => (currency === 0 ? 1 : euro),
});

/** The same from nothing, in the plainest way. */
function oracle({ positions, ledger }: Books, account: number, rule: MarginRule, marks: readonly number[]) {
  let equity = 0;
  let required = 0;
  const nets = new Map<string, number>();
  for (const purse of ledger.pursesOf(account))
    equity += ledger.cash(purse) * (ledger.owner(purse).currency === 0 ? 1 : 1.25);
  for (let row = 0; row < positions.holdings.count; row++) {
    const { account: owner, instrument, quantity } = positions.holdings.row(row);
    if (owner !== account || quantity === 0) continue;
    const mark = marks[instrument]!;
    if (mark === 0) return null;
    const rate = instrument === 1 ? 1.25 : 1;
    const value = quantity * mark;
    equity += value * rate;
    if (rule === 'reg-t') required += maintenanceOf(quantity, mark) * rate;
    const underlying = `${instrument === 3 ? 2 : instrument} ${rate}`;
    nets.set(underlying, (nets.get(underlying) ?? 0) + value);
  }
  if (rule === 'portfolio')
    for (const [underlying, value] of nets) required += portfolioRequirement(value) * Number(underlying.split(' ')[1]);
  return { equity, maintenance: required };
}

const step = fc.oneof(
  fc.record({
    account: fc.constantFrom(1, 7),
    instrument: fc.constantFrom(0, 3, 4, 5),
    price: fc.integer({ min: 1, max: 9_000_000 }),
    quantity: fc.integer({ min: 1, max: 5_000 }),
    side: fc.constantFrom('buy' as const, 'sell' as const),
  }),
  fc.record({
    row: fc.integer({ min: 0, max: 3 }),
    mark: fc.integer({ min: 0, max: 900_000 }).map((mark) => mark * 4),
  }),
);

test.each(['reg-t', 'portfolio'] as const)('%s margin step by step is that from nothing, at every step', (rule) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const desk = Desk.open();
      const margins = new MarginBook(desk.books, settings([rule, rule]));
      const marks = [0, 0, 0, 0];
      for (const one of steps) {
        if ('mark' in one) {
          marks[one.row] = one.mark;
          margins.tick(one.row, one.mark, () => {});
        } else {
          desk.fill(one.side, one.quantity, one.price, { account: one.account, instrument: one.instrument });
          const row = [0, 3, 4, 5].indexOf(one.instrument);
          margins.revalue(desk.books.positions.findHolding([1, 7].indexOf(one.account), row));
        }
        for (const account of [0, 1]) {
          const expected = oracle(desk.books, account, rule, marks);
          const margin = margins.of(account);
          if (expected === null) expect(margin).toBeNull();
          else {
            expect(margin!.equity).toBeCloseTo(expected.equity, 2);
            expect(margin!.maintenance).toBeCloseTo(expected.maintenance, 2);
          }
        }
      }
      const again = new MarginBook(desk.books, settings([rule, rule]));
      for (const [row, mark] of marks.entries()) again.tick(row, mark, () => {});
      again.revalueAll();
      expect([again.of(0), again.of(1)]).toEqual([margins.of(0), margins.of(1)]);
    }),
  );
});

test('without the rate of a currency that an account has, its margin is unknown', () => {
  const desk = Desk.open();
  const margins = new MarginBook(desk.books, settings(['reg-t'], null));
  expect(margins.of(0)).toMatchObject({ equity: 10_000_002_500 });
  desk.apply({ kind: 'cash', id: '1', account: 'alpha', currency: 'EUR', movement: 'deposit', amount: 1 });
  expect(margins.of(0)).toBeNull();
});

test('instruments of one underlying are netted by portfolio margin and by Regulation T not', () => {
  const required = (rule: MarginRule) => {
    const desk = Desk.open();
    desk.fill('buy', 100, 20 * DOLLAR, { instrument: 4 });
    desk.fill('sell', 100, 20 * DOLLAR, { instrument: 5 });
    const margins = new MarginBook(desk.books, settings([rule]));
    for (const row of [2, 3]) margins.tick(row, 20 * DOLLAR, () => {});
    return margins.of(0)!.maintenance / DOLLAR;
  };
  expect([required('portfolio'), required('reg-t')]).toEqual([0, 500 + 600]);
});

describe('a margin call', () => {
  /** 1,000 AAPL bought at 586.00 with 300,000 dollars: 286,000 are owed, 143,850 … are required at about 575.40. */
  function called() {
    let monitor: MarginMonitor | undefined;
    const books: Books = new Books({
      position: (row) => monitor?.moved(row),
      posted: (_, purse) => monitor?.paid(books.ledger.owner(purse).account),
    });
    const desk = Desk.open(books);
    const quotes = new Map<number, number>([[0, 586]]);
    const marks = { halves: (instrument: number) => 2 * (quotes.get(instrument) ?? 0) * DOLLAR };
    monitor = new MarginMonitor(desk.books, settings(['reg-t', 'reg-t']), marks);
    const pass = () => {
      for (const event of monitor!.poll(() => '2012-06-26')) desk.apply(event);
      return desk.books.calls.all.map(({ state, amount }) => [state, amount / DOLLAR]);
    };
    desk.apply({
      kind: 'cash',
      id: 'out',
      account: 'alpha',
      currency: 'USD',
      movement: 'withdrawal',
      amount: 700_000.25 * DOLLAR,
    });
    desk.fill('buy', 1_000, 586 * DOLLAR);
    const at = (price: number) => {
      quotes.set(0, price);
      return pass();
    };
    const pay = (amount: number) => {
      desk.apply({
        kind: 'cash',
        id: `in ${amount}`,
        account: 'alpha',
        currency: 'USD',
        movement: 'deposit',
        amount: amount * DOLLAR,
      });
      return pass();
    };
    return { desk, at, pay, pass };
  }

  test('begins when equity falls below what is required, and says what is missing', () => {
    const { at } = called();
    expect(at(586)).toEqual([]);
    // Equity is 1,000 × price − 286,000; a quarter of the value is required: they meet at 381.333.
    expect(at(381.34)).toEqual([]);
    expect(at(380)).toEqual([['open', 1_000]]);
    expect(at(370)).toEqual([['open', 1_000]]);
  });

  test('is met by money, not by a price that comes back', () => {
    const { at, pay } = called();
    at(380);
    expect(at(586)).toEqual([['open', 1_000]]);
    at(380);
    expect(pay(999)).toEqual([['open', 1_000]]);
    expect(pay(1)).toEqual([['met', 1_000]]);
    expect(at(370)).toEqual([
      ['met', 1_000],
      ['open', 7_500],
    ]);
  });

  test('is met by selling', () => {
    const { desk, at, pass } = called();
    at(380);
    desk.fill('sell', 500, 380 * DOLLAR);
    expect(pass()).toEqual([['met', 1_000]]);
  });

  test('expires when its day is over, and can be met still', () => {
    const { desk, at, pay } = called();
    at(380);
    const roll = (day: string, next: string) => desk.apply({ kind: 'roll', day, next, marks: {} });
    roll('2012-06-22', '2012-06-25');
    roll('2012-06-26', '2012-06-27');
    expect(desk.books.calls.count('open')).toBe(1);
    roll('2012-06-27', '2012-06-28');
    expect(desk.books.calls.count('expired')).toBe(1);
    expect(pay(1_000)).toEqual([['met', 1_000]]);
    expect(desk.restored().hash()).toBe(desk.books.hash());
  });
});
