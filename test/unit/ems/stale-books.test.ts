/** While messages of a venue's book are missing nothing is sent by it; what waits goes on when it is the market's again. */
import {
  Algorithm,
  CommandKind,
  EVERY_VENUE,
  OrderType,
  Rejection,
  ReportKind,
  Side,
  TimeInForce,
} from '@nautilus/core/domain';
import { fills, TradingFloor } from './trading-floor';

const SECOND = 1e9;

/** Two venues that offer 500 each at 100 and bid for 500 at 98; X1 is dearer. */
function floor(): TradingFloor {
  const made = new TradingFloor([{}, { takerFee: 30 }]);
  for (const venue of [0, 1]) {
    made.add(venue, 10 + venue, Side.sell, 100, 500);
    made.add(venue, 20 + venue, Side.buy, 98, 500);
  }
  return made;
}
const stale = (on: TradingFloor, venue: number, is = true) => {
  on.reports = [];
  on.desk.setStale(1, venue, is);
  return on.reports;
};
const kinds = (reports: readonly { readonly kind: number }[]) => reports.map(({ kind }) => kind);

test('the router keeps off a venue while its book is stale, and comes back', () => {
  const on = floor();
  expect(fills(on.command({ orderId: 1, quantity: 200 }))).toEqual([[0, 100, 200, 0]]);
  stale(on, 0);
  expect(on.desk.market.staleBooks).toBe(1);
  expect(fills(on.command({ orderId: 2, quantity: 200 }))).toEqual([[1, 100, 200, 6000]]);
  on.command({ orderId: 3, quantity: 100, limitPrice: 99 });
  expect([on.resting(0), on.resting(1)]).toEqual([0, 100]);
  stale(on, 0, false);
  expect(on.desk.market.staleBooks).toBe(0);
  expect(fills(on.command({ orderId: 4, quantity: 200 }))).toEqual([[0, 100, 200, 0]]);
});

test('best prices are those of books that are known', () => {
  const on = floor();
  on.add(0, 30, Side.sell, 99, 100);
  expect(on.desk.market.best(1, Side.sell)).toBe(99);
  stale(on, 0);
  expect(on.desk.market.best(1, Side.sell)).toBe(100);
  stale(on, EVERY_VENUE);
  expect(on.desk.market.best(1, Side.sell)).toBe(0);
  expect(on.desk.market.isBlind(1)).toBe(true);
  stale(on, EVERY_VENUE, false);
  expect(on.desk.market.best(1, Side.sell)).toBe(99);
});

const twap = {
  algorithm: Algorithm.twap,
  quantity: 400,
  limitPrice: 100,
  slices: 4,
  startNs: SECOND,
  endNs: 41 * SECOND,
};

test('a schedule sends nothing while it sees nothing, catches up, and ends with what it could not do', () => {
  const on = floor();
  on.at(SECOND);
  on.command(twap);
  expect(on.resting(0) + on.resting(1)).toBe(100);
  const children = () => [...on.desk.orders.childrenOf(on.desk.orders.find(1))].length;
  // The first slice ends with what rests taken back and its shortfall taken.
  expect(fills(on.at(11 * SECOND))).toEqual([[0, 100, 100, 0]]);
  expect(on.resting(0) + on.resting(1)).toBe(100);
  stale(on, EVERY_VENUE);
  const before = children();
  expect(on.at(21 * SECOND)).toEqual([]);
  expect(on.at(31 * SECOND)).toEqual([]);
  expect(children()).toBe(before);
  expect(on.resting(0) + on.resting(1)).toBe(0);
  // Two slices are due and rest at once; the last slice is crossed at its end.
  stale(on, EVERY_VENUE, false);
  expect(on.resting(0) + on.resting(1)).toBe(300);
  expect(fills(on.at(41 * SECOND))).toEqual([[0, 100, 300, 0]]);
});

test('a schedule whose time is over while it sees nothing expires with what is left', () => {
  const on = floor();
  on.at(SECOND);
  on.command(twap);
  on.at(11 * SECOND);
  stale(on, EVERY_VENUE);
  expect(on.at(60 * SECOND)).toMatchObject([
    { kind: ReportKind.expired, quantity: 300, reason: Rejection.endOfSchedule },
  ]);
});

test('with one venue stale a schedule goes on at the other', () => {
  const on = floor();
  on.at(SECOND);
  stale(on, 0);
  on.command(twap);
  expect([on.resting(0), on.resting(1)]).toEqual([0, 100]);
  expect(fills(on.at(11 * SECOND))).toEqual([[1, 100, 100, 3000]]);
});

test('what rests when a book becomes stale stays, and is heard', () => {
  const on = floor();
  on.command({ orderId: 1, quantity: 100, limitPrice: 99, timeInForce: TimeInForce.postOnly });
  const venue = on.resting(0) > 0 ? 0 : 1;
  stale(on, EVERY_VENUE);
  expect(on.resting(venue)).toBe(100);
  on.add(venue, 40, Side.buy, 99, 50);
  expect(fills(on.execute(venue, 40, Side.buy, 99, 50))).toEqual([[venue, 99, 50, 0]]);
});

test('an order that comes while nothing is seen waits, and can be changed and cancelled', () => {
  const on = floor();
  stale(on, EVERY_VENUE);
  expect(on.command({ orderId: 1, quantity: 300 })).toEqual([]);
  expect(kinds(on.command({ orderId: 1, kind: CommandKind.replace, quantity: 200, limitPrice: 100 }))).toEqual([
    ReportKind.replaced,
  ]);
  expect(on.command({ orderId: 2, quantity: 300 })).toEqual([]);
  expect(kinds(on.command({ orderId: 2, kind: CommandKind.cancel }))).toEqual([ReportKind.cancelled]);
  expect(fills(stale(on, EVERY_VENUE, false))).toEqual([[0, 100, 200, 0]]);
  expect(on.desk.orders.working).toBe(0);
});

test('one that may not wait ends at once', () => {
  const on = floor();
  stale(on, EVERY_VENUE);
  const now = { timeInForce: TimeInForce.ioc, quantity: 100 };
  expect(on.command({ orderId: 1, ...now })).toMatchObject([
    { kind: ReportKind.expired, reason: Rejection.noLiquidity },
  ]);
  expect(on.command({ orderId: 2, ...now, type: OrderType.market, limitPrice: 0 })).toMatchObject([
    { kind: ReportKind.expired, reason: Rejection.noLiquidity },
  ]);
  expect(on.command({ orderId: 3, ...now, timeInForce: TimeInForce.fok })).toMatchObject([
    { kind: ReportKind.expired, reason: Rejection.notFillable },
  ]);
});

test('an iceberg shows its next tip when its book is seen again', () => {
  const on = floor();
  on.command({ orderId: 1, quantity: 300, displayQuantity: 100, limitPrice: 99, timeInForce: TimeInForce.postOnly });
  const venue = on.resting(0) > 0 ? 0 : 1;
  stale(on, EVERY_VENUE);
  on.add(venue, 41, Side.buy, 99, 100);
  on.execute(venue, 41, Side.buy, 99, 100);
  expect(on.resting(0) + on.resting(1)).toBe(0);
  stale(on, EVERY_VENUE, false);
  expect(on.resting(0) + on.resting(1)).toBe(100);
});
