import { BookEventKind, Side } from '../../../engines/core/domain';
import { MarketWatch } from '../../../engines/ems/desk/market-watch';
import { type EstimateQuestion, estimate } from '../../../engines/ems/estimate';
import { builtInModels } from '../../../engines/ems/models/built-in';
import { VolumeCurve } from '../../../engines/ems/models/volume-curve';
import { scheduleEstimate } from '../../../engines/ems/schedule-estimate';
import { SimulatedVenue } from '../../../engines/ems/venue/simulated-venue';

const second = 1e9;
const open = 34_200 * second;

/** Two venues: bids 500.00 and 499.99, offers 500.10 of 100 at each, 500.20 of 300 at the second. */
function market() {
  const venues = ['X0', 'X1'].map(
    (name) => new SimulatedVenue({ name, capacity: 100, instruments: [{ id: 1, tickSize: 100 }] }),
  );
  const watch = new MarketWatch(venues, () => VolumeCurve.flat());
  let orderId = 0;
  const event = (
    venue: number,
    kind: number,
    side: number,
    price: number,
    quantity: number,
    timeNs = open,
    id = ++orderId,
  ) => {
    const fields = { kind, instrument: 1, orderId: id, side, price, quantity };
    watch.observe(fields, venue, timeNs, venues[venue]!.apply(fields));
    return id;
  };
  event(0, BookEventKind.add, Side.buy, 5_000_000, 50);
  event(1, BookEventKind.add, Side.buy, 4_999_900, 400);
  const first = event(0, BookEventKind.add, Side.sell, 5_001_000, 100);
  event(1, BookEventKind.add, Side.sell, 5_001_000, 100);
  event(1, BookEventKind.add, Side.sell, 5_002_000, 300);
  const trade = () => event(0, BookEventKind.execute, Side.sell, 5_001_000, 40, open + second, first);
  const ask = (change: Partial<EstimateQuestion> = {}, model = builtInModels().get('AAPL')!.slippage) =>
    estimate(
      { symbol: 'AAPL', instrument: 1, side: 'buy', quantity: 200, restSeconds: 0, ...change },
      watch,
      venues,
      model,
      open + 2 * second,
    );
  return { ask, trade };
}

test('what the displayed books of all venues ask, best price first', () => {
  const { ask, trade } = market();
  trade();
  // 160 shares are left at 500.10, 40 more cost 500.20; the mid is 500.05.
  expect(ask()).toMatchObject({ mid: 500.05, timeNs: open + 2 * second });
  expect(ask().halfSpread).toBeCloseTo((0.05 / 500.05) * 1e4, 9);
  expect(ask().displayed).toBeCloseTo(((0.05 * 160 + 0.15 * 40) / 200 / 500.05) * 1e4, 9);
  expect(ask({ side: 'sell', quantity: 60 }).displayed).toBeCloseTo(((0.05 * 50 + 0.06 * 10) / 60 / 500.05) * 1e4, 9);
});

test('what the model expects: about the displayed cost for an order that crosses, and the money that it makes', () => {
  const { ask, trade } = market();
  trade();
  const { expected, expectedCost, displayed } = ask();
  expect(Math.abs(expected! - displayed!)).toBeLessThan(0.5);
  expect(expectedCost).toBeCloseTo((expected! / 1e4) * 500.05 * 200, 9);
  expect(ask({ restSeconds: 10 }).expected).not.toBe(expected);
});

test('what is not known is null: no model, no trade yet, more than is displayed, one side only', () => {
  const { ask, trade } = market();
  expect(ask()).toMatchObject({ expected: null, expectedCost: null, mid: 500.05 });
  trade();
  expect(ask({}, null)).toMatchObject({ expected: null, expectedCost: null, mid: 500.05 });
  expect(ask({ quantity: 10_000 })).toMatchObject({ displayed: null, expected: null });
  expect(ask({ instrument: 2 })).toMatchObject({ mid: null, halfSpread: null, displayed: null, expected: null });
});

describe('the schedule of an order', () => {
  const { impact } = builtInModels().get('AAPL')!;
  const order = { symbol: 'AAPL', quantity: 5000, seconds: 1620, slices: 54, riskAversion: 0 };

  test('without risk aversion: equal parts, at the lowest cost and the widest spread of it', () => {
    const patient = scheduleEstimate(order, impact);
    expect(patient.targets).toEqual(Array.from({ length: 54 }, (_, slice) => Math.floor((5000 * (slice + 1)) / 54)));
    expect(patient.halfLifeSeconds).toBeNull();
    const averse = scheduleEstimate({ ...order, riskAversion: 1e-5 }, impact);
    expect(averse.expectedCost).toBeGreaterThan(patient.expectedCost);
    expect(averse.costDeviation).toBeLessThan(patient.costDeviation);
    expect(averse.halfLifeSeconds).toBeGreaterThan(0);
    expect(averse.targets.at(-1)).toBe(5000);
  });
});
