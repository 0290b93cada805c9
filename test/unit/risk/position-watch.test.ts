import fc from 'fast-check';
import { PositionWatch, WatchState } from '../../../engines/risk/position-watch';

const fill = (sequence: number, quantity: number, account = 'main') => ({
  sequence,
  account,
  symbol: 'AAPL',
  quantity,
  timeNs: sequence * 1000,
  at: `at ${sequence}`,
});
const watching = (limit: number, state?: WatchState) => new PositionWatch(() => limit, state);

test('a position at its limit is no breach; one share more is, with time, value and limit', () => {
  const watch = watching(100);
  watch.apply(fill(1, 100));
  expect(watch.list()).toEqual([]);
  watch.apply(fill(2, 1));
  expect(watch.list()).toEqual([
    {
      id: 1,
      account: 'main',
      symbol: 'AAPL',
      limit: 'maxPosition',
      value: 101,
      allowed: 100,
      worst: 101,
      execution: 2,
      timeNs: 2000,
      recordedAt: 'at 2',
      endedAt: null,
    },
  ]);
});

test('a breach lasts until the position is within its limit, and remembers the worst', () => {
  const watch = watching(100);
  for (const [index, quantity] of [-101, -50, 20, 30, 1].entries()) watch.apply(fill(index + 1, quantity));
  expect(watch.list()).toMatchObject([{ value: -101, worst: -151, endedAt: 'at 5' }]);
  expect(watch.openBreaches).toBe(0);
  watch.apply(fill(6, -1));
  expect(watch.list()).toMatchObject([{ id: 1 }, { id: 2, value: -101, endedAt: null }]);
});

test('a lowered limit makes a breach without an execution, a raised one ends it', () => {
  let limit = 100;
  const watch = new PositionWatch(() => limit);
  watch.apply(fill(1, 80));
  limit = 50;
  watch.review(5000, 'review');
  expect(watch.list()).toMatchObject([{ value: 80, allowed: 50, execution: null, timeNs: 5000, endedAt: null }]);
  limit = 80;
  watch.review(6000, 'later');
  expect(watch.list()).toMatchObject([{ endedAt: 'later' }]);
});

test('an execution that was read before changes nothing', () => {
  const watch = watching(100);
  watch.apply(fill(1, 60));
  expect(watch.apply(fill(1, 60))).toBe(false);
  expect(watch.all()).toEqual([{ account: 'main', symbol: 'AAPL', quantity: 60 }]);
});

test('executions that never arrived are counted', () => {
  const watch = watching(100);
  watch.apply(fill(1, 1));
  watch.apply(fill(5, 1));
  expect(watch.lostExecutions).toBe(3);
});

test('an account that is not configured has positions but no limit to breach', () => {
  const watch = new PositionWatch((account) => (account === 'main' ? 1 : undefined));
  watch.apply(fill(1, 500, '#7'));
  expect([watch.all(), watch.list()]).toEqual([[{ account: '#7', symbol: 'AAPL', quantity: 500 }], []]);
});

test('stopped anywhere, saved, reloaded and fed again from anywhere before, it ends the same', () => {
  const fills = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fills, fc.nat(), fc.nat(), (quantities, stopSeed, backSeed) => {
      const all = quantities.map((quantity, index) => fill(index + 1, quantity, index % 3 === 0 ? 'second' : 'main'));
      const uninterrupted = watching(50);
      for (const one of all) uninterrupted.apply(one);

      const stop = stopSeed % (all.length + 1);
      const first = watching(50);
      for (const one of all.slice(0, stop)) first.apply(one);
      const saved = WatchState.parse(JSON.parse(JSON.stringify(first.state())));
      const second = watching(50, saved);
      for (const one of all.slice(stop === 0 ? 0 : backSeed % stop)) second.apply(one);

      expect(second.state()).toEqual(uninterrupted.state());
      const total = quantities.reduce((sum, quantity) => sum + quantity, 0);
      expect(second.all().reduce((sum, { quantity }) => sum + quantity, 0)).toBe(total);
    }),
  );
});
