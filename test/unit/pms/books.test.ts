import fc from 'fast-check';
import { Desk } from './desk';
import { type Rational, RationalPosition, rational, within } from './rational-ledger';

const anyFill = fc.record({
  account: fc.constantFrom(1, 7),
  instrument: fc.constantFrom(0, 3, 4),
  price: fc.integer({ min: 1, max: 9_000_000 }),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  fee: fc.integer({ min: -1000, max: 1000 }),
  strategy: fc.integer({ min: 0, max: 2 }),
});
/** Near enough to the number for any test, and of few digits. */
const shortened = ({ over, under }: Rational) => rational((over * 10n ** 15n) / under, 10n ** 15n);

describe('the average-cost rule', () => {
  test('buying twice averages, selling part realises against the average', () => {
    const desk = Desk.open();
    desk.fill('buy', 100, 5_850_000);
    desk.fill('buy', 300, 5_854_000);
    desk.fill('sell', 200, 5_863_000);
    expect(desk.position(0, 0)).toMatchObject({
      quantity: 200,
      average: { cost: 200 * 5_853_000, realised: 200 * 10_000 },
    });
    expect(desk.balance('unsettled')).toBe(-100 * 5_850_000 - 300 * 5_854_000 + 200 * 5_863_000);
    expect(desk.balance('cash')).toBe(10_000_002_500);
  });

  test('a sale through zero closes the long position and opens a short one at the same price', () => {
    const desk = Desk.open();
    desk.fill('buy', 100, 1_000);
    desk.fill('sell', 250, 1_100);
    expect(desk.position(0, 0)).toMatchObject({
      quantity: -150,
      average: { cost: -150 * 1_100, realised: 100 * 100 },
      fifo: { cost: -150 * 1_100, realised: 100 * 100 },
    });
  });

  test('closing leaves no cost behind, whatever was rounded before', () => {
    const desk = Desk.open();
    desk.fill('buy', 1, 1_000);
    desk.fill('buy', 2, 1_001);
    for (const price of [1_003, 1_004, 1_005]) desk.fill('sell', 1, price);
    const realised = 1_003 + 1_004 + 1_005 - 1_000 - 2 * 1_001;
    expect(desk.position(0, 0)).toMatchObject({
      quantity: 0,
      average: { cost: 0, realised },
      fifo: { cost: 0, realised },
    });
  });

  test('rounding moves profit in no direction, however often the position is reduced', () => {
    const desk = Desk.open();
    const oracle = new RationalPosition();
    desk.fill('buy', 5_000, 5_863_001);
    oracle.trade(5_863_001n, 5_000n);
    for (let round = 1; round <= 2_000; round++)
      for (const side of ['sell', 'buy'] as const) {
        const price = 5_860_000 + ((round * 7_919) % 10_000);
        desk.fill(side, 3, price);
        oracle.trade(BigInt(price), side === 'buy' ? 3n : -3n);
        oracle.average = shortened(oracle.average);
        oracle.realised = shortened(oracle.realised);
      }
    // Rounding down would be about half a unit a sale away, 1,000 in all.
    expect(within(oracle.realised, BigInt(desk.position(0, 0).average.realised), 100n)).toBe(true);
  });
});

describe('first in, first out', () => {
  test('releases the cost of the oldest lots and lists what was closed', () => {
    const desk = Desk.open();
    desk.fill('buy', 100, 1_000);
    desk.fill('buy', 100, 1_200);
    desk.fill('sell', 150, 1_500);
    expect(desk.position(0, 0)).toMatchObject({
      quantity: 50,
      fifo: { cost: 50 * 1_200, realised: 150 * 1_500 - 100 * 1_000 - 50 * 1_200 },
      average: { cost: 50 * 1_100, realised: 150 * 400 },
    });
    const { closed } = desk.books.positions.lots;
    expect([closed.row(0), closed.row(1)]).toMatchObject([
      { quantity: 100, cost: 100_000, proceeds: 150_000, opened: 3, closed: 5 },
      { quantity: 50, cost: 60_000, proceeds: 75_000, opened: 4, closed: 5 },
    ]);
  });

  test('is what the ledger realises for an account that asks for it', () => {
    const desk = Desk.open();
    for (const account of [1, 7]) {
      desk.fill('buy', 100, 1_000, { account });
      desk.fill('buy', 100, 1_200, { account });
      desk.fill('sell', 100, 1_500, { account });
    }
    expect(desk.balance('realised', 0)).toBe(-100 * 400);
    expect(desk.balance('realised', 1)).toBe(-100 * 500);
    expect(desk.balance('securities', 1)).toBe(100 * 1_200);
  });

  test('an account that changes its rule moves cost and profit by what the rules differ', () => {
    const desk = Desk.open();
    desk.fill('buy', 100, 1_000);
    desk.fill('buy', 100, 1_200);
    desk.fill('sell', 100, 1_500);
    desk.apply({
      kind: 'define',
      accounts: [{ ...desk.books.definitions.accounts[0]!, costMethod: 'fifo' }],
      instruments: [],
    });
    expect(desk.balance('realised')).toBe(-100 * 500);
    expect(desk.balance('securities')).toBe(100 * 1_200);
    expect(desk.books.ledger.imbalance()).toBe(0);
  });
});

describe('settlement', () => {
  test('a trade of T+1 is owed until the next business day, one of T+0 is paid at once', () => {
    const desk = Desk.open();
    desk.fill('buy', 10, 1_000, { fee: 7 });
    desk.fill('buy', 10, 1_000, { account: 7 });
    expect(desk.balance('cash', 0)).toBe(10_000_002_500);
    expect(desk.books.ledger.due(desk.purse(0, 'USD'))).toEqual([{ day: 20120622, amount: -10_007 }]);
    expect(desk.balance('cash', 1)).toBe(-10_000);
    expect([desk.position(0, 0).unsettled, desk.position(1, 0).unsettled]).toEqual([10, 0]);

    desk.apply({ kind: 'roll', day: '2012-06-22', next: '2012-06-25', marks: {} });
    expect(desk.balance('cash', 0)).toBe(10_000_002_500 - 10_007);
    expect(desk.balance('unsettled', 0)).toBe(0);
    expect(desk.position(0, 0)).toMatchObject({ quantity: 10, unsettled: 0, fees: 7 });
  });

  test.each([
    ['the same day', '2012-06-21', '2012-06-22'],
    ['an earlier one', '2012-06-20', '2012-06-21'],
    ['one whose next is not later', '2012-06-22', '2012-06-22'],
  ])('a day cannot follow %s', (_, day, next) => {
    const desk = Desk.open();
    expect(() => desk.apply({ kind: 'roll', day, next, marks: {} })).toThrow(
      expect.objectContaining({ code: 'NAUT_DAY_ORDER' }),
    );
  });
});

describe('cash', () => {
  test('moves in the currency of the instrument', () => {
    const desk = Desk.open();
    desk.fill('buy', 10, 1_000, { instrument: 3 });
    expect(desk.balance('unsettled', 0, 'EUR')).toBe(-10_000);
    expect(desk.balance('unsettled', 0, 'USD')).toBe(0);
  });

  test.each([
    ['deposit', 500, 'equity'],
    ['withdrawal', -500, 'equity'],
    ['interest', 500, 'interest'],
    ['fee', -500, 'fees'],
    ['adjustment', 500, 'suspense'],
  ] as const)('a %s moves it by %d against %s', (movement, moved, book) => {
    const desk = Desk.open();
    const before = desk.balance(book);
    desk.apply({ kind: 'cash', id: '1', account: 'alpha', currency: 'USD', movement, amount: 500 });
    expect(desk.balance('cash')).toBe(10_000_002_500 + moved);
    expect(desk.balance(book)).toBe(before - moved);
  });

  test('a conversion leaves every currency balanced', () => {
    const desk = Desk.open();
    desk.apply({
      kind: 'conversion',
      id: '1',
      account: 'alpha',
      sold: { currency: 'USD', amount: 1_270_000 },
      bought: { currency: 'EUR', amount: 1_000_000 },
    });
    expect(desk.balance('cash', 0, 'EUR')).toBe(1_000_000);
    expect(desk.balance('exchange', 0, 'EUR')).toBe(-1_000_000);
    expect(desk.balance('exchange', 0, 'USD')).toBe(1_270_000);
    expect(desk.books.ledger.imbalance()).toBe(0);
  });
});

test('executions agree with rational arithmetic: quantity exactly, profit within one unit a reducing fill', () => {
  fc.assert(
    fc.property(fc.array(anyFill, { maxLength: 60 }), (fills) => {
      const desk = Desk.open();
      const oracle = new Map<string, RationalPosition>();
      for (const { side, quantity, price, ...rest } of fills) {
        desk.fill(side, quantity, price, rest);
        const key = `${[1, 7].indexOf(rest.account)} ${[0, 3, 4].indexOf(rest.instrument)} ${rest.strategy}`;
        if (!oracle.has(key)) oracle.set(key, new RationalPosition());
        oracle.get(key)!.trade(BigInt(price), BigInt(side === 'buy' ? quantity : -quantity));
      }
      for (const [key, expected] of oracle) {
        const [account, instrument, strategy] = key.split(' ').map(Number) as [number, number, number];
        const position = desk.position(account, instrument, strategy);
        expect(BigInt(position.quantity)).toBe(expected.quantity);
        expect(within(expected.realised, BigInt(position.average.realised), BigInt(fills.length))).toBe(true);
      }
    }),
  );
});

describe('what the books refuse', () => {
  test.each([
    ['an account that is not configured', { account: 2 }, 'NAUT_UNKNOWN_ACCOUNT'],
    ['an instrument that is not configured', { instrument: 9 }, 'NAUT_UNKNOWN_INSTRUMENT'],
    ['a quantity of nothing', { quantity: 0 }, 'NAUT_BAD_EXECUTION'],
    ['a side that does not exist', { side: 2 }, 'NAUT_BAD_EXECUTION'],
    ['a value beyond exact arithmetic', { quantity: 0x7ffffff0, price: 0x7fffffff }, 'NAUT_POSITION_OVERFLOW'],
    ['more shares than can be divided', { quantity: 0x7fffffff, price: 1 }, 'NAUT_POSITION_OVERFLOW'],
  ])('%s', (_, change, code) => {
    const desk = Desk.open();
    desk.fill('buy', 100, 1_000);
    const before = desk.books.hash();
    expect(() => desk.fill('buy', 1, 1, change)).toThrow(expect.objectContaining({ code }));
    expect(desk.books.hash()).toBe(before);
  });

  test('a fingerprint differs when one share does', () => {
    const [one, two] = [Desk.open(), Desk.open()];
    one.fill('buy', 100, 1_000);
    two.fill('buy', 101, 1_000);
    expect(one.books.hash()).not.toBe(two.books.hash());
  });
});
