/** What the desk counts of each venue: metrics, fees and answer times by venue are made of it. */
import { Side } from '@nautilus/core/domain';
import { TradingFloor } from './trading-floor';

const MS = 1e6;

const tallied = ({ desk }: TradingFloor) =>
  Object.fromEntries(Object.entries(desk.children.tally).map(([name, column]) => [name, [...column]]));

test('a refusal is an answer, and what trades instead counts where it trades', () => {
  const floor = new TradingFloor([{}, { takerFee: 5 }]);
  for (const venue of [0, 1]) floor.add(venue, venue + 1, Side.sell, 99, 300);
  floor.venues[0]!.become('rejecting');
  floor.command();
  expect(tallied(floor)).toEqual({
    orders: [1, 1],
    rejects: [1, 0],
    fills: [0, 1],
    shares: [0, 100],
    fees: [0, 500],
    answers: [1, 1],
    answerNs: [0, 0],
  });
});

test('an answer took the way there and back; a fill that is told twice counts once', () => {
  const floor = new TradingFloor([{ latencyNs: 5 * MS, takerFee: -2 }]);
  floor.venues[0]!.become('twice');
  floor.add(0, 1, Side.sell, 99, 30);
  floor.command();
  floor.at(20 * MS);
  expect(tallied(floor)).toMatchObject({
    orders: [1],
    rejects: [0],
    fills: [1],
    shares: [30],
    fees: [-60],
    answers: [1],
    answerNs: [10 * MS],
  });
});
