import { Algorithm, Rejection, TimeInForce } from '@nautilus/core/domain';
import type { JournalRecord } from '../../../engines/oms/records';
import { checkSchedule } from '../../../engines/oms/schedule-checks';

type Terms = JournalRecord['order'];

const terms = (change: Partial<Terms>): Terms =>
  ({
    algorithm: Algorithm.none,
    timeInForce: TimeInForce.day,
    quantity: 1_000,
    slices: 0,
    startNs: 0,
    endNs: 0,
    participation: 0,
    riskAversion: 0,
    displayQuantity: 0,
    value: 0,
    allowed: 0,
    ...change,
  }) as Terms;

const scheduled = { slices: 10, startNs: 34_200e9, endNs: 34_260e9 };

test.each<[string, Partial<Terms>]>([
  ['no algorithm', {}],
  ['an iceberg', { displayQuantity: 100 }],
  ['TWAP', { algorithm: Algorithm.twap, ...scheduled }],
  ['TWAP of one share a slice', { algorithm: Algorithm.twap, ...scheduled, slices: 1_000 }],
  ['VWAP with a most of the volume', { algorithm: Algorithm.vwap, ...scheduled, participation: 1_000 }],
  ['POV', { algorithm: Algorithm.pov, ...scheduled, participation: 10_000 }],
  ['implementation shortfall', { algorithm: Algorithm.is, ...scheduled, riskAversion: 1e-6 }],
  ['implementation shortfall without aversion to risk', { algorithm: Algorithm.is, ...scheduled }],
  ['a care order', { algorithm: Algorithm.care }],
])('%s can be worked', (_, change) => {
  expect(checkSchedule(terms(change))).toBe(Rejection.none);
});

test.each<[string, Partial<Terms>, number, number, number]>([
  ['slices without an algorithm', { slices: 3 }, Rejection.badAlgorithm, 3, 0],
  ['an algorithm that is not known', { algorithm: 6, ...scheduled }, Rejection.badAlgorithm, 6, Algorithm.care],
  ['no slice', { algorithm: Algorithm.twap, ...scheduled, slices: 0 }, Rejection.badAlgorithm, 0, 1_000],
  [
    'more slices than shares',
    { algorithm: Algorithm.twap, ...scheduled, slices: 1_001 },
    Rejection.badAlgorithm,
    1_001,
    1_000,
  ],
  [
    'too many slices',
    { algorithm: Algorithm.vwap, ...scheduled, quantity: 20_000, slices: 10_001 },
    Rejection.badAlgorithm,
    10_001,
    10_000,
  ],
  [
    'an end before the start',
    { algorithm: Algorithm.twap, ...scheduled, endNs: 34_200e9 },
    Rejection.badAlgorithm,
    34_200e9,
    34_200e9,
  ],
  [
    'immediate or cancel with a schedule',
    { algorithm: Algorithm.twap, ...scheduled, timeInForce: TimeInForce.ioc },
    Rejection.badTimeInForce,
    TimeInForce.ioc,
    TimeInForce.day,
  ],
  ['POV without a rate', { algorithm: Algorithm.pov, ...scheduled }, Rejection.badAlgorithm, 0, 10_000],
  [
    'a rate above all',
    { algorithm: Algorithm.pov, ...scheduled, participation: 10_001 },
    Rejection.badAlgorithm,
    10_001,
    10_000,
  ],
  ['participation without an algorithm', { participation: 1 }, Rejection.badAlgorithm, 1, 0],
  ['risk aversion of TWAP', { algorithm: Algorithm.twap, ...scheduled, riskAversion: 1 }, Rejection.badAlgorithm, 1, 0],
  [
    'negative risk aversion',
    { algorithm: Algorithm.is, ...scheduled, riskAversion: -1 },
    Rejection.badAlgorithm,
    -1,
    0,
  ],
  ['more on display than there is', { displayQuantity: 1_001 }, Rejection.badQuantity, 1_001, 1_000],
  [
    'a display of what may not rest',
    { displayQuantity: 5, timeInForce: TimeInForce.ioc },
    Rejection.badTimeInForce,
    TimeInForce.ioc,
    TimeInForce.day,
  ],
])('%s is refused', (_, change, reason, value, allowed) => {
  const order = terms(change);
  expect(checkSchedule(order)).toBe(reason);
  expect(order).toMatchObject({ value, allowed });
});
