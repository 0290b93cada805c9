import { Algorithm, CommandKind, Rejection, ReportKind, Side } from '@nautilus/core/domain';
import { almgrenChriss } from '../../../engines/ems/models/almgren-chriss';
import { executionProblem } from '../../../engines/ems/models/impact-model';
import { VolumeCurve } from '../../../engines/ems/models/volume-curve';
import { fills, linearImpact, TradingFloor } from './trading-floor';

const SECOND = 1e9;
const START = 1_000;
const at = (seconds: number) => START + seconds * SECOND;
/** All that a buyer wants is offered at 100, and somebody bids 90. */
function market(options: ConstructorParameters<typeof TradingFloor>[1] = {}): TradingFloor {
  const floor = new TradingFloor([{}], options);
  floor.add(0, 1, Side.buy, 90, 1_000_000);
  floor.add(0, 2, Side.sell, 100, 1_000_000);
  return floor;
}
/** Others trade with each other. */
const trade = (floor: TradingFloor, quantity: number) => floor.execute(0, 2, Side.sell, 100, quantity);
const filled = (floor: TradingFloor) => floor.desk.orders.parents.of.filled[0]!;
const goals = (floor: TradingFloor) => floor.desk.schedules.goalsOf(0).filter((_, index) => index % 2 === 1);

describe('participation of volume', () => {
  const pov = { algorithm: Algorithm.pov, participation: 1_000, quantity: 1_000, slices: 10, endNs: at(10) };

  test('does its part of what others have traded, one slice later', () => {
    const floor = market();
    trade(floor, 5_000);
    floor.command(pov);
    floor.at(at(0.5));
    trade(floor, 1_000);
    expect(fills(floor.at(at(1.5)))).toEqual([]);
    expect(fills(floor.at(at(2.5)))).toEqual([[0, 100, 100, 0]]);
    expect(fills(floor.at(at(9)))).toEqual([]);
    expect(floor.at(at(11))).toMatchObject([{ kind: ReportKind.expired, quantity: 900 }]);
  });

  test('volume is that of others: what rests of ours and trades does not count', () => {
    const floor = market();
    floor.command({ ...pov, quantity: 10_000 });
    trade(floor, 1_000);
    floor.at(at(1.5));
    // 100 rest at the touch, behind the bid of the others; they trade when that is gone.
    expect(fills(floor.execute(0, 1, Side.buy, 90, 1_000_000))).toEqual([]);
    const before = floor.desk.market.volume(1);
    floor.add(0, 5, Side.buy, 90, 60);
    expect(fills(floor.execute(0, 5, Side.buy, 90, 60))).toEqual([[0, 90, 60, 0]]);
    expect(floor.desk.market.volume(1)).toBe(before);
  });

  test('what it could not have is caught up by at most as much again as the market lets it', () => {
    const floor = market();
    floor.command({ ...pov, limitPrice: 95 });
    trade(floor, 6_000);
    floor.at(at(4.5));
    expect(filled(floor)).toBe(0);
    floor.add(0, 3, Side.sell, 95, 100_000);
    trade(floor, 500);
    // 650 behind; the slice saw 500 shares: 2 × 50 may be done in the next one.
    floor.at(at(6.5));
    expect(filled(floor)).toBe(100);
  });
});

test('participation bounds other algorithms', () => {
  const floor = market();
  floor.command({ algorithm: Algorithm.twap, participation: 1_000, quantity: 1_000, slices: 10, endNs: at(10) });
  for (let second = 0; second < 10; second++) {
    floor.at(at(second + 0.5));
    trade(floor, 400);
    expect(filled(floor)).toBeLessThanOrEqual(floor.desk.market.volume(1) / 10);
  }
  floor.at(at(20));
  expect(filled(floor)).toBe(360);
});

test('implementation shortfall follows the trajectory of its impact and risk aversion', () => {
  const floor = market({ modelsOf: () => ({ impact: linearImpact, volume: VolumeCurve.flat() }) });
  const order = { quantity: 1_000, slices: 10, riskAversion: 0.02 };
  floor.command({ algorithm: Algorithm.is, ...order, endNs: at(10) });
  floor.at(at(20));
  const { schedule } = almgrenChriss(executionProblem(linearImpact, { ...order, seconds: 10 }));
  expect(goals(floor)).toEqual(
    [...schedule].map((part, index) => (index === 9 ? 1_000 : Math.floor(1_000 * part + 1e-9))),
  );
  expect(goals(floor)[0]).toBeGreaterThan(150);
  expect(filled(floor)).toBe(1_000);
});

test('implementation shortfall is refused for an instrument without a model', () => {
  const reports = market().command({ algorithm: Algorithm.is, slices: 10, endNs: at(10) });
  expect(reports).toMatchObject([{ kind: ReportKind.rejected, reason: Rejection.noImpactModel }]);
});

describe('VWAP', () => {
  const vwap = { algorithm: Algorithm.vwap, quantity: 1_000, slices: 4, endNs: at(4) };
  /** Three quarters of the volume in the first half of four seconds. */
  const early = new VolumeCurve({ openNs: START, closeNs: at(4), bins: 2 }, Float64Array.of(3, 1));

  test('follows the usual curve as long as nothing has traded', () => {
    const floor = market({ modelsOf: () => ({ impact: linearImpact, volume: early }) });
    floor.command(vwap);
    floor.at(at(10));
    expect(goals(floor)).toEqual([375, 750, 875, 1_000]);
    expect(filled(floor)).toBe(1_000);
  });

  test('bends to the day: volume that comes late leaves more for later', () => {
    const floor = market({ modelsOf: () => ({ impact: linearImpact, volume: early }) });
    floor.command(vwap);
    floor.at(at(2.9));
    trade(floor, 100_000);
    floor.at(at(10));
    const [first, second, third, last] = goals(floor);
    expect([first, second]).toEqual([375, 750]);
    expect(third).toBeGreaterThanOrEqual(750);
    expect(last).toBe(1_000);
  });
});

test('a replace in the middle spreads what is left over the slices that are left', () => {
  const floor = market();
  floor.command({ algorithm: Algorithm.twap, quantity: 1_000, slices: 10, endNs: at(10) });
  floor.at(at(5.5));
  expect(filled(floor)).toBe(500);
  floor.command({ kind: CommandKind.replace, quantity: 300, filled: 500, limitPrice: 100 });
  floor.at(at(6));
  expect(filled(floor)).toBeGreaterThanOrEqual(500);
  floor.at(at(20));
  expect(filled(floor)).toBe(800);
  // Five slices are left, one of them begun.
  expect(goals(floor).slice(-5)).toEqual([560, 620, 680, 740, 800]);
});
