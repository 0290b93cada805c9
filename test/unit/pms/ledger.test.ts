import { Side } from '@nautilus/core/domain';
import fc from 'fast-check';
import { type Fill, Ledger } from '../../../engines/pms/ledger';
import { type Rational, RationalPosition, rational, within } from './rational-ledger';

const config = {
  accounts: [
    { id: 1, name: 'alpha', initialCash: 1_000_000.25, currency: 'USD' },
    { id: 7, name: 'beta', initialCash: 0, currency: 'USD' },
  ],
  instruments: [
    { id: 0, symbol: 'AAPL', currency: 'USD', tickSize: 100 },
    { id: 3, symbol: 'SAP', currency: 'EUR', tickSize: 100 },
    { id: 4, symbol: 'MSFT', currency: 'USD', tickSize: 100 },
  ],
};
const EUR = 0;
const USD = 1;
const fill = (side: number, quantity: number, price: number, account = 1, instrument = 0): Fill => ({
  account,
  instrument,
  price,
  quantity,
  side,
});

const anyFill = fc.record({
  account: fc.constantFrom(1, 7),
  instrument: fc.constantFrom(0, 3, 4),
  price: fc.integer({ min: 1, max: 9_000_000 }),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  side: fc.constantFrom(Side.buy, Side.sell),
});
/** Near enough to the number for any test, and of few digits. */
const shortened = ({ over, under }: Rational) => rational((over * 10n ** 15n) / under, 10n ** 15n);
const accountPlace = (id: number) => config.accounts.findIndex((account) => account.id === id);
const instrumentPlace = (id: number) => config.instruments.findIndex((instrument) => instrument.id === id);

describe('the average-cost rule', () => {
  test('buying twice averages, selling part realises against the average', () => {
    const ledger = new Ledger(config);
    ledger.apply(fill(Side.buy, 100, 5_850_000));
    ledger.apply(fill(Side.buy, 300, 5_854_000));
    ledger.apply(fill(Side.sell, 200, 5_863_000));
    expect(ledger.quantity(0, 0)).toBe(200);
    expect(ledger.cost(0, 0)).toBe(200 * 5_853_000);
    expect(ledger.realisedProfit(0, 0)).toBe(200 * 10_000);
    expect(ledger.cash(0, USD)).toBe(10_000_002_500 - 100 * 5_850_000 - 300 * 5_854_000 + 200 * 5_863_000);
  });

  test('a sale through zero closes the long position and opens a short one at the same price', () => {
    const ledger = new Ledger(config);
    ledger.apply(fill(Side.buy, 100, 1_000));
    ledger.apply(fill(Side.sell, 250, 1_100));
    expect(ledger.quantity(0, 0)).toBe(-150);
    expect(ledger.cost(0, 0)).toBe(-150 * 1_100);
    expect(ledger.realisedProfit(0, 0)).toBe(100 * 100);
  });

  test('closing leaves no cost behind, whatever was rounded before', () => {
    const ledger = new Ledger(config);
    ledger.apply(fill(Side.buy, 1, 1_000));
    ledger.apply(fill(Side.buy, 2, 1_001));
    for (const price of [1_003, 1_004, 1_005]) ledger.apply(fill(Side.sell, 1, price));
    expect(ledger.quantity(0, 0)).toBe(0);
    expect(ledger.cost(0, 0)).toBe(0);
    expect(ledger.realisedProfit(0, 0)).toBe(1_003 + 1_004 + 1_005 - 1_000 - 2 * 1_001);
  });

  test('rounding moves profit in no direction, however often the position is reduced', () => {
    const ledger = new Ledger(config);
    const oracle = new RationalPosition();
    ledger.apply(fill(Side.buy, 5_000, 5_863_001));
    oracle.trade(5_863_001n, 5_000n);
    for (let round = 1; round <= 2_000; round++)
      for (const side of [Side.buy, Side.sell]) {
        const price = 5_860_000 + ((round * 7_919) % 10_000);
        ledger.apply(fill(side, 3, price));
        oracle.trade(BigInt(price), side === Side.buy ? 3n : -3n);
        oracle.average = shortened(oracle.average);
        oracle.realised = shortened(oracle.realised);
      }
    // Rounding down would be about half a unit a sale away, 1,000 in all.
    expect(within(oracle.realised, BigInt(ledger.realisedProfit(0, 0)), 100n)).toBe(true);
  });

  test('cash moves in the currency of the instrument', () => {
    const ledger = new Ledger(config);
    ledger.apply(fill(Side.buy, 10, 1_000, 1, 3));
    expect(ledger.cash(0, EUR)).toBe(-10_000);
    expect(ledger.cash(0, USD)).toBe(10_000_002_500);
  });
});

describe('any executions', () => {
  test('cash + Σ quantity × mark − initial cash = realised + unrealised, exactly', () => {
    const marks = fc.tuple(...config.instruments.map(() => fc.integer({ min: 1, max: 9_000_000 })));
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 60 }), marks, (fills, mark) => {
        const ledger = new Ledger(config);
        const empty = new Ledger(config);
        for (const each of fills) ledger.apply(each);
        for (const account of [0, 1])
          for (const currency of [EUR, USD]) {
            let worth = ledger.cash(account, currency) - empty.cash(account, currency);
            let profit = 0;
            config.instruments.forEach((instrument, place) => {
              if (instrument.currency !== ledger.currencies[currency]) return;
              const value = ledger.quantity(account, place) * mark[place]!;
              worth += value;
              profit += ledger.realisedProfit(account, place) + value - ledger.cost(account, place);
            });
            expect(worth).toBe(profit);
          }
      }),
    );
  });

  test('agree with rational arithmetic: quantity and cash exactly, profit within one unit a reducing fill', () => {
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 60 }), (fills) => {
        const ledger = new Ledger(config);
        const oracle = new Map<string, RationalPosition>();
        for (const each of fills) {
          ledger.apply(each);
          const key = `${each.account} ${each.instrument}`;
          if (!oracle.has(key)) oracle.set(key, new RationalPosition());
          oracle.get(key)!.trade(BigInt(each.price), BigInt(each.side === Side.buy ? each.quantity : -each.quantity));
        }
        for (const [key, position] of oracle) {
          const [account, instrument] = key.split(' ').map(Number) as [number, number];
          const [row, column] = [accountPlace(account), instrumentPlace(instrument)];
          expect(BigInt(ledger.quantity(row, column))).toBe(position.quantity);
          const realised = BigInt(ledger.realisedProfit(row, column));
          expect(within(position.realised, realised, BigInt(fills.length))).toBe(true);
        }
        const euros = [...oracle].filter(([key]) => key === '1 3').reduce((sum, [, { cash }]) => sum + cash, 0n);
        expect(BigInt(ledger.cash(0, EUR))).toBe(euros);
      }),
    );
  });

  test('of unrelated instruments may come in any order', () => {
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 40 }), (fills) => {
        const mixed = new Ledger(config);
        const sorted = new Ledger(config);
        for (const each of fills) mixed.apply(each);
        const key = ({ account, instrument }: Fill) => account * 100 + instrument;
        for (const each of [...fills].sort((a, b) => key(a) - key(b))) sorted.apply(each);
        expect(sorted.hash()).toBe(mixed.hash());
      }),
    );
  });
});

describe('what the ledger refuses', () => {
  test.each([
    ['an account that is not configured', fill(Side.buy, 1, 1, 2), 'NAUT_UNKNOWN_ACCOUNT'],
    ['an instrument that is not configured', fill(Side.buy, 1, 1, 1, 9), 'NAUT_UNKNOWN_INSTRUMENT'],
    ['a quantity of nothing', fill(Side.buy, 0, 1), 'NAUT_BAD_EXECUTION'],
    ['a side that does not exist', fill(2, 1, 1), 'NAUT_BAD_EXECUTION'],
    ['a value beyond exact arithmetic', fill(Side.buy, 0x7fffffff, 0x7fffffff), 'NAUT_POSITION_OVERFLOW'],
  ])('%s', (_, refused, code) => {
    const ledger = new Ledger(config);
    ledger.apply(fill(Side.buy, 100, 1_000));
    const before = ledger.hash();
    expect(() => ledger.apply(refused)).toThrow(expect.objectContaining({ code }));
    expect(ledger.hash()).toBe(before);
  });

  test('a fingerprint differs when one share does', () => {
    const [one, two] = [new Ledger(config), new Ledger(config)];
    one.apply(fill(Side.buy, 100, 1_000));
    two.apply(fill(Side.buy, 101, 1_000));
    expect(one.hash()).not.toBe(two.hash());
  });
});
