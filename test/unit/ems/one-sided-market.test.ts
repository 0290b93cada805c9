/** A market in which only one side has orders: nothing is made up, what can be done is done, the rest ends with its reason. */
import { Algorithm, OrderType, Rejection, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { fills, TradingFloor } from './trading-floor';

const SECOND = 1e9;

/** Buyers of 500 at 98 at both of two venues, and nobody else. */
function bids(): TradingFloor {
  const made = new TradingFloor([{}, {}]);
  for (const venue of [0, 1]) made.add(venue, 20 + venue, Side.buy, 98, 500);
  made.at(SECOND);
  return made;
}
const twap = { algorithm: Algorithm.twap, quantity: 400, slices: 4, startNs: SECOND, endNs: 41 * SECOND };

test('a schedule that buys rests with the buyers, and expires with what nobody sold', () => {
  const on = bids();
  on.command({ ...twap, limitPrice: 100 });
  expect(on.resting(0) + on.resting(1)).toBe(100);
  expect(on.at(60 * SECOND)).toMatchObject([
    { kind: ReportKind.expired, quantity: 400, reason: Rejection.endOfSchedule },
  ]);
  expect(on.resting(0) + on.resting(1)).toBe(0);
});

test('a schedule that sells has no touch to rest at, and takes each slice from the buyers at its end', () => {
  const on = bids();
  on.command({ ...twap, side: Side.sell, limitPrice: 98 });
  expect(on.resting(0) + on.resting(1)).toBe(0);
  const sold = fills(on.at(41 * SECOND)).map(([, price, quantity]) => [price, quantity]);
  expect(sold.reduce((sum, [, quantity]) => sum + quantity!, 0)).toBe(400);
  expect(new Set(sold.map(([price]) => price))).toEqual(new Set([98]));
});

test('a market order on the empty side ends without a trade', () => {
  const on = bids();
  const market = { type: OrderType.market, limitPrice: 0, timeInForce: TimeInForce.ioc };
  expect(on.command({ orderId: 1, ...market })).toMatchObject([
    { kind: ReportKind.expired, quantity: 100, reason: Rejection.noLiquidity },
  ]);
});

test('when the other side comes, the schedule trades with it', () => {
  const on = bids();
  on.command({ ...twap, limitPrice: 100 });
  on.at(21 * SECOND);
  on.add(1, 50, Side.sell, 100, 1000);
  const bought = fills(on.at(41 * SECOND));
  expect(bought.reduce((sum, [, , quantity]) => sum + quantity, 0)).toBe(400);
});
