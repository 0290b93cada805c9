import {
  checkLimits,
  type Exposure,
  type LimitsRow,
  OrderRate,
  type OrderTerms,
  OrderType,
  Rejection,
  rejections,
  Side,
} from '@nautilus/core/domain';
import fc from 'fast-check';
import { judge } from './slow-limits';

const NOW = 50e9;
const STALE_AFTER = 3e9;

const limits: LimitsRow = {
  defined: 1,
  killSwitch: 0,
  writtenAt: NOW - 1e9,
  maxOrderQuantity: 1000,
  maxOrderNotional: 1e12,
  maxPosition: 5000,
  collarBasisPoints: 500,
  maxOrdersPerSecond: 10,
};
const quote = { bid: 99_00, bidQuantity: 10, ask: 100_00, askQuantity: 10, last: 98_00 };
const flat: Exposure = { position: 0, openBuys: 0, openSells: 0 };
const buy: OrderTerms = { side: Side.buy, type: OrderType.limit, quantity: 100, limitPrice: 100_00 };
const sell: OrderTerms = { ...buy, side: Side.sell, limitPrice: 99_00 };

/** The name of what the check says; every part can be replaced. */
function check(
  order: OrderTerms,
  changes: {
    limits?: Partial<LimitsRow>;
    quote?: Partial<typeof quote>;
    exposure?: Partial<Exposure>;
    rate?: OrderRate;
  } = {},
): string {
  return rejections.name(
    checkLimits(
      order,
      { ...limits, ...changes.limits },
      { ...quote, ...changes.quote },
      { ...flat, ...changes.exposure },
      changes.rate ?? new OrderRate(),
      NOW,
      STALE_AFTER,
    ),
  );
}

test('an order within every limit passes', () => {
  expect([check(buy), check(sell)]).toEqual(['none', 'none']);
});

test('an account without limits may not trade', () => {
  expect(check(buy, { limits: { defined: 0 } })).toBe('limitsUndefined');
});

test('limits count until they are exactly as old as allowed', () => {
  expect(check(buy, { limits: { writtenAt: NOW - STALE_AFTER } })).toBe('none');
  expect(check(buy, { limits: { writtenAt: NOW - STALE_AFTER - 1 } })).toBe('limitsStale');
});

test('limits written far in the future come from another boot of the machine: they do not count', () => {
  expect(check(buy, { limits: { writtenAt: NOW + STALE_AFTER + 1 } })).toBe('limitsStale');
});

test('a kill switch refuses an order that nothing else would', () => {
  expect(check(buy, { limits: { killSwitch: 1 } })).toBe('killSwitch');
});

test('the largest quantity passes, one more does not', () => {
  expect(check({ ...buy, quantity: 1000 })).toBe('none');
  expect(check({ ...buy, quantity: 1001 })).toBe('maxOrderQuantity');
});

describe('notional', () => {
  test('of a limit buy is at its limit', () => {
    expect(check(buy, { limits: { maxOrderNotional: 100 * 100_00 } })).toBe('none');
    expect(check(buy, { limits: { maxOrderNotional: 100 * 100_00 - 1 } })).toBe('maxOrderNotional');
  });

  test('of a limit sell below the market is at the market, where it would trade', () => {
    const low = { ...sell, limitPrice: 98_00 };
    expect(check(low, { limits: { maxOrderNotional: 100 * 99_00 } })).toBe('none');
    expect(check(low, { limits: { maxOrderNotional: 100 * 99_00 - 1 } })).toBe('maxOrderNotional');
  });

  test('of a market order is at the opposite best price, whatever its limit price says', () => {
    const market = { ...buy, type: OrderType.market, limitPrice: 0 };
    expect(check(market, { limits: { maxOrderNotional: 100 * 100_00 } })).toBe('none');
    expect(check(market, { limits: { maxOrderNotional: 100 * 100_00 - 1 } })).toBe('maxOrderNotional');
    expect(check({ ...market, side: Side.sell }, { limits: { maxOrderNotional: 100 * 99_00 } })).toBe('none');
  });
});

describe('position', () => {
  test('counts what is held, what open orders of the side could add, and the order', () => {
    const exposure = { position: 3000, openBuys: 1900, openSells: 4000 };
    expect(check(buy, { exposure })).toBe('none');
    expect(check({ ...buy, quantity: 101 }, { exposure })).toBe('maxPosition');
  });

  test('is limited on the short side alike', () => {
    const exposure = { position: -3000, openBuys: 4000, openSells: 1900 };
    expect(check(sell, { exposure })).toBe('none');
    expect(check({ ...sell, quantity: 101 }, { exposure })).toBe('maxPosition');
  });

  test('past its limit may shrink but not grow', () => {
    const exposure = { position: 9000 };
    expect(check(sell, { exposure })).toBe('none');
    expect(check({ ...buy, quantity: 1 }, { exposure })).toBe('maxPosition');
  });
});

describe('price collar', () => {
  test('of 5 % lets a buy pay 105.00 against an offer of 100.00, and not a unit more', () => {
    expect(check({ ...buy, limitPrice: 105_00 })).toBe('none');
    expect(check({ ...buy, limitPrice: 105_01 })).toBe('priceCollar');
  });

  test('of 5 % lets a sell take 95.00 against a bid of 100.00, and not a unit less', () => {
    const bid = { bid: 100_00 };
    expect(check({ ...sell, limitPrice: 95_00 }, { quote: bid })).toBe('none');
    expect(check({ ...sell, limitPrice: 94_99 }, { quote: bid })).toBe('priceCollar');
  });

  test('never stops a price that is better than the market', () => {
    expect(check({ ...buy, limitPrice: 1 })).toBe('none');
    expect(check({ ...sell, limitPrice: 900_00 })).toBe('none');
  });

  test('is held against the last trade when nobody is on the opposite side', () => {
    const empty = { askQuantity: 0, last: 200_00 };
    expect(check({ ...buy, limitPrice: 210_00 }, { quote: empty })).toBe('none');
    expect(check({ ...buy, limitPrice: 210_01 }, { quote: empty })).toBe('priceCollar');
  });
});

test('a market order needs somebody on the opposite side; a limit order at least a last trade', () => {
  const market = { ...buy, type: OrderType.market };
  expect(check(market, { quote: { askQuantity: 0 } })).toBe('noMarket');
  expect(check(buy, { quote: { askQuantity: 0, last: 0 } })).toBe('noMarket');
});

describe('order rate', () => {
  const filled = (times: number[]) => {
    const rate = new OrderRate();
    for (const time of times) rate.record(time);
    return rate;
  };
  const spread = (count: number, from: number) => Array.from({ length: count }, (_, index) => from + index);

  test('the tenth order within a second passes, the eleventh does not', () => {
    expect(check(buy, { rate: filled(spread(9, NOW - 5e8)) })).toBe('none');
    expect(check(buy, { rate: filled(spread(10, NOW - 5e8)) })).toBe('orderRate');
  });

  test('an order exactly one second old no longer counts', () => {
    expect(check(buy, { rate: filled([NOW - 1e9, ...spread(9, NOW - 9e8)]) })).toBe('none');
    expect(check(buy, { rate: filled([NOW - 1e9 + 1, ...spread(9, NOW - 9e8)]) })).toBe('orderRate');
  });

  test('a refused order does not use it up', () => {
    const rate = filled(spread(9, NOW - 5e8));
    for (let i = 0; i < 5; i++) check({ ...buy, quantity: 1001 }, { rate });
    expect(check(buy, { rate })).toBe('none');
  });
});

test('agrees with a slow check that asks each question by itself, on any order', () => {
  const price = fc.integer({ min: 1, max: 300 }).map((cents) => cents * 100);
  const small = fc.integer({ min: 0, max: 40 });
  const cases = fc.record({
    order: fc.record({
      side: fc.constantFrom(Side.buy, Side.sell),
      type: fc.constantFrom(OrderType.limit, OrderType.market),
      quantity: fc.integer({ min: 1, max: 40 }),
      limitPrice: price,
    }),
    limits: fc.record({
      defined: fc.constantFrom(1, 1, 1, 1, 0),
      killSwitch: fc.constantFrom(0, 0, 0, 0, 1),
      writtenAt: fc.integer({ min: NOW - 4e9, max: NOW }),
      maxOrderQuantity: fc.integer({ min: 10, max: 60 }),
      maxOrderNotional: fc.integer({ min: 1000, max: 2_000_000 }),
      maxPosition: fc.integer({ min: 10, max: 120 }),
      collarBasisPoints: fc.integer({ min: 0, max: 10_000 }),
      maxOrdersPerSecond: fc.integer({ min: 0, max: 8 }),
    }),
    quote: fc.record({
      bid: price,
      bidQuantity: small,
      ask: price,
      askQuantity: small,
      last: fc.oneof(price, fc.constant(0)),
    }),
    exposure: fc.record({ position: fc.integer({ min: -60, max: 60 }), openBuys: small, openSells: small }),
    accepted: fc
      .array(fc.integer({ min: NOW - 2e9, max: NOW }), { maxLength: 8 })
      .map((times) => times.sort((a, b) => a - b)),
  });
  const seen = new Set<number>();
  fc.assert(
    fc.property(cases, ({ order, limits, quote, exposure, accepted }) => {
      const rate = new OrderRate();
      for (const time of accepted) rate.record(time);
      const reason = checkLimits(order, limits, quote, exposure, rate, NOW, STALE_AFTER);
      seen.add(reason);
      const broken = judge({ order, limits, quote, exposure, accepted, now: NOW, staleAfter: STALE_AFTER });
      expect(rejections.name(reason)).toBe(broken[0] ?? 'none');
    }),
    { numRuns: 5000 },
  );
  const possible = [
    Rejection.none,
    Rejection.noMarket,
    ...Object.values(Rejection).filter((code) => code >= 32 && code < 64),
  ];
  expect([...seen].sort()).toEqual([...possible].sort());
});
