import {
  Algorithm,
  BookEventKind,
  CommandKind,
  OrderType,
  Rejection,
  ReportKind,
  Side,
  TimeInForce,
} from '@nautilus/core/domain';
import fc from 'fast-check';
import { hasEnded } from '../../../engines/ems/desk/order-store';
import { VolumeCurve } from '../../../engines/ems/models/volume-curve';
import { VenueEventKind } from '../../../engines/ems/venue/events';
import type { Mood } from './faulty-venue';
import { fills, linearImpact, type Report, TradingFloor } from './trading-floor';

const MS = 1e6;
const SECOND = 1e9;

describe('a direct order at several venues', () => {
  test('takes where it is cheapest with fees, and rests what is left', () => {
    const floor = new TradingFloor([{ takerFee: 3 }, { takerFee: 1 }, {}]);
    floor.add(0, 1, Side.sell, 98, 30);
    floor.add(1, 2, Side.sell, 99, 30);
    floor.add(2, 3, Side.sell, 101, 30);
    const reports = floor.command();
    expect(reports).toHaveLength(2);
    expect(fills(reports)).toEqual([
      [0, 98, 30, 90],
      [1, 99, 30, 30],
    ]);
    expect([0, 1, 2].map((venue) => floor.resting(venue))).toEqual([40, 0, 0]);
  });

  test('an immediate order leaves nothing behind', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.add(1, 1, Side.sell, 99, 30);
    expect(floor.command({ timeInForce: TimeInForce.ioc })).toMatchObject([
      { kind: ReportKind.fill, venue: 1, quantity: 30 },
      { kind: ReportKind.expired, quantity: 70, reason: Rejection.noLiquidity },
    ]);
    expect(floor.desk.orders.working).toBe(0);
  });

  test('all or nothing needs one venue that has it all', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.add(0, 1, Side.sell, 99, 60);
    floor.add(1, 2, Side.sell, 99, 60);
    expect(floor.command({ timeInForce: TimeInForce.fok })).toMatchObject([
      { kind: ReportKind.expired, reason: Rejection.notFillable },
    ]);
    floor.add(1, 3, Side.sell, 100, 40);
    expect(fills(floor.command({ orderId: 2, timeInForce: TimeInForce.fok }))).toEqual([
      [1, 99, 60, 0],
      [1, 100, 40, 0],
    ]);
  });

  test('a post-only order does not lock a market that is open elsewhere', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.add(1, 1, Side.sell, 100, 30);
    expect(floor.command({ timeInForce: TimeInForce.postOnly })).toMatchObject([
      { kind: ReportKind.rejected, reason: Rejection.wouldTake },
    ]);
    expect(floor.command({ orderId: 2, timeInForce: TimeInForce.postOnly, limitPrice: 99 })).toMatchObject([
      { kind: ReportKind.working },
    ]);
  });

  test('is rejected while trading is halted, and not tried again', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.add(0, 1, Side.sell, 99, 300);
    for (const venue of [0, 1]) floor.event(venue, BookEventKind.halt, 0, Side.buy, -1, 0);
    expect(floor.command()).toMatchObject([{ kind: ReportKind.rejected, reason: Rejection.halted }]);
    expect([...floor.desk.orders.childrenOf(0)]).toHaveLength(1);
  });

  test('rests where the flow is', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.add(0, 1, Side.buy, 99, 500);
    floor.add(1, 2, Side.buy, 99, 500);
    floor.execute(1, 2, Side.buy, 99, 300);
    floor.command({ limitPrice: 99 });
    expect([floor.resting(0), floor.resting(1)]).toEqual([0, 100]);
  });

  test('a replace that would take elsewhere is worked anew; one that does not keeps its place', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.command({ limitPrice: 95 });
    floor.add(0, 1, Side.buy, 95, 10);
    const change = { kind: CommandKind.replace, limitPrice: 95, quantity: 60 };
    expect(floor.command(change)).toMatchObject([{ kind: ReportKind.replaced, quantity: 60 }]);
    expect(floor.books[0]!.bookOf(1)!.quantityAhead(1)).toBe(0);
    floor.add(1, 2, Side.sell, 97, 20);
    const reports = floor.command({ ...change, limitPrice: 97 });
    expect(reports[0]).toMatchObject({ kind: ReportKind.replaced, quantity: 60, price: 97 });
    expect(fills(reports)).toEqual([[1, 97, 20, 0]]);
    expect(floor.resting(0) + floor.resting(1)).toBe(40);
  });
});

describe('an iceberg', () => {
  test('shows one tip at a time; each joins the end of its queue', () => {
    const floor = new TradingFloor([{}]);
    floor.command({ displayQuantity: 30 });
    expect(floor.resting(0)).toBe(30);
    floor.add(0, 1, Side.buy, 100, 50);
    expect(fills(floor.add(0, 2, Side.sell, 100, 20))).toEqual([[0, 100, 20, 0]]);
    expect(floor.resting(0)).toBe(10);
    floor.add(0, 3, Side.sell, 100, 10);
    expect(floor.resting(0)).toBe(30);
    expect(floor.books[0]!.bookOf(1)!.book.quantityAt(Side.buy, 100)).toBe(80);
    expect(fills(floor.execute(0, 1, Side.buy, 100, 50))).toEqual([]);
    for (const orderId of [4, 5, 6]) floor.add(0, orderId, Side.sell, 100, 30);
    expect(floor.desk.orders.working).toBe(0);
    expect(floor.resting(0)).toBe(0);
  });
});

describe('a venue that is a journey away', () => {
  const floorAt = (latencyNs: number) => new TradingFloor([{ latencyNs }]);

  test('gets an order after its latency and is heard after it again', () => {
    const floor = floorAt(5 * MS);
    floor.add(0, 1, Side.sell, 99, 30);
    expect(floor.command()).toEqual([]);
    floor.at(1_000 + 5 * MS - 1);
    expect(floor.resting(0)).toBe(0);
    floor.at(1_000 + 5 * MS);
    expect(floor.resting(0)).toBe(70);
    expect(floor.at(1_000 + 10 * MS - 1)).toEqual([]);
    expect(floor.at(1_000 + 10 * MS)).toMatchObject([{ kind: ReportKind.fill, quantity: 30, timeNs: 1_000 + 10 * MS }]);
  });

  test('somebody else may be faster', () => {
    const floor = floorAt(5 * MS);
    floor.add(0, 1, Side.sell, 99, 30);
    floor.command({ timeInForce: TimeInForce.ioc });
    floor.at(4 * MS);
    floor.event(0, BookEventKind.remove, 1, Side.sell, 99, 30);
    expect(floor.at(20 * MS)).toMatchObject([{ kind: ReportKind.expired, reason: Rejection.noLiquidity }]);
  });

  test('a fill that crosses a replace to less than it: the order is filled, not more', () => {
    const floor = floorAt(5 * MS);
    floor.command();
    floor.at(20 * MS);
    floor.add(0, 1, Side.sell, 100, 80);
    expect(floor.command({ kind: CommandKind.replace, quantity: 50, filled: 0 })).toEqual([]);
    const reports = floor.at(100 * MS);
    expect(fills(reports)).toEqual([[0, 100, 80, 0]]);
    expect(reports.at(-1)).toMatchObject({ kind: ReportKind.replaced, quantity: 0 });
    expect(floor.desk.orders.working).toBe(0);
    expect(floor.resting(0)).toBe(0);
  });

  test('a cancel that comes while a replace is under way waits for its answer', () => {
    const floor = floorAt(5 * MS);
    floor.command();
    floor.at(20 * MS);
    floor.command({ kind: CommandKind.replace, quantity: 150 });
    floor.command({ kind: CommandKind.cancel });
    expect(floor.at(100 * MS)).toMatchObject([
      { kind: ReportKind.replaced, quantity: 150 },
      { kind: ReportKind.cancelled, quantity: 150 },
    ]);
    expect(floor.resting(0)).toBe(0);
  });
});

describe('a venue that misbehaves', () => {
  const seconds = (count: number) => 1_000 + count * SECOND;

  test('is asked again for the end of an order that it did not answer; until then nothing replaces it', () => {
    const floor = new TradingFloor([{}]);
    floor.venues[0]!.become('silent');
    floor.command();
    floor.at(seconds(3.5));
    expect(floor.desk.children.faults.lateAnswers).toBe(3);
    expect(floor.desk.orders.parents.of.unknownCount[0]).toBe(1);
    expect(floor.reports).toEqual([]);
    floor.venues[0]!.become('well');
    expect(floor.at(seconds(5))).toMatchObject([{ kind: ReportKind.rejected, reason: Rejection.unknownOrder }]);
  });

  test('a schedule goes on elsewhere with what is certain, never with more', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.add(0, 1, Side.buy, 90, 500);
    floor.add(0, 2, Side.sell, 99, 500);
    floor.add(1, 3, Side.sell, 100, 5_000);
    floor.execute(0, 1, Side.buy, 90, 100);
    floor.command({ algorithm: Algorithm.twap, slices: 10, endNs: seconds(100), quantity: 1000 });
    expect(floor.resting(0)).toBe(100);
    floor.venues[0]!.become('silent');
    // The cancel at the end of the first slice is not answered: its 100 shares may trade there all the time.
    const reports = floor.at(seconds(110));
    expect(fills(reports).every(([venue]) => venue === 1)).toBe(true);
    const done = fills(reports).reduce((sum, [, , quantity]) => sum + quantity, 0);
    expect(done).toBeGreaterThan(500);
    expect(done).toBeLessThanOrEqual(900);
    expect(floor.at(seconds(200))).toEqual([]);
    floor.execute(0, 1, Side.buy, 90, 400);
    floor.add(0, 9, Side.sell, 90, 40);
    floor.venues[0]!.become('well');
    const last = floor.at(seconds(300));
    expect(fills(last)).toEqual([[0, 90, 40, 0]]);
    expect(last.at(-1)).toMatchObject({ kind: ReportKind.expired, quantity: 960 - done });
  });

  test('one that rejects everything is left alone, and the order goes elsewhere', () => {
    const floor = new TradingFloor([{}, { takerFee: 5 }]);
    for (const venue of [0, 1]) floor.add(venue, venue + 1, Side.sell, 99, 300);
    floor.venues[0]!.become('rejecting');
    expect(fills(floor.command())).toEqual([[1, 99, 100, 500]]);
    expect([0, 1].map((venue) => floor.desk.children.router.stateOf(venue))).toEqual(['avoided', 'up']);
    expect(floor.desk.orders.working).toBe(0);
    floor.venues[0]!.become('well');
    floor.at(seconds(6));
    expect(fills(floor.command({ orderId: 2 }))).toEqual([[0, 99, 100, 0]]);
  });

  test('when all reject, the order is rejected', () => {
    const floor = new TradingFloor([{}, {}]);
    for (const venue of floor.venues) venue.become('rejecting');
    expect(floor.command()).toMatchObject([{ kind: ReportKind.rejected, reason: Rejection.venueRejected }]);
  });

  test('what it tells twice counts once', () => {
    const floor = new TradingFloor([{}]);
    floor.venues[0]!.become('twice');
    floor.add(0, 1, Side.sell, 99, 30);
    const reports = floor.command();
    expect(reports).toMatchObject([{ kind: ReportKind.fill, quantity: 30 }]);
    expect(floor.desk.children.faults.repeatedFills).toBe(1);
    expect(floor.command({ kind: CommandKind.cancel })).toMatchObject([{ kind: ReportKind.cancelled, quantity: 70 }]);
  });

  test('a session that is lost and comes back: what rested is asked for, what traded meanwhile is told', () => {
    const floor = new TradingFloor([{}, {}]);
    floor.command({ limitPrice: 95 });
    const home = floor.resting(0) > 0 ? 0 : 1;
    floor.venues[home]!.become('away');
    floor.at(seconds(1));
    expect(floor.desk.children.router.stateOf(home)).toBe('down');
    floor.add(home, 1, Side.sell, 95, 25);
    floor.command({ kind: CommandKind.cancel });
    expect(floor.at(seconds(30))).toEqual([]);
    floor.venues[home]!.become('well');
    expect(floor.at(seconds(60))).toMatchObject([
      { kind: ReportKind.fill, quantity: 25, venue: home },
      { kind: ReportKind.cancelled, quantity: 75 },
    ]);
  });

  test('a fill that nobody can place, or that is too large, is counted and told', () => {
    const floor = new TradingFloor([{}]);
    floor.command();
    floor.venues[0]!.events.push(VenueEventKind.filled, 77, 100, 10, 0, 0, 0, 1);
    floor.venues[0]!.events.push(VenueEventKind.filled, 1, 100, 130, 0, 0, 0, 1);
    floor.reports = [];
    floor.desk.settle();
    expect(fills(floor.reports)).toEqual([[0, 100, 130, 0]]);
    expect(floor.desk.children.faults).toMatchObject({ strayEvents: 1, excessFills: 1 });
    expect(floor.desk.orders.working).toBe(0);
  });
});

describe('whatever venues and commands do', () => {
  const moods: readonly Mood[] = ['well', 'well', 'well', 'silent', 'rejecting', 'twice', 'away'];
  const step = fc.record({
    do: fc.constantFrom('add', 'add', 'add', 'execute', 'submit', 'submit', 'cancel', 'replace', 'mood', 'wait'),
    venue: fc.nat(2),
    side: fc.constantFrom(Side.buy, Side.sell),
    price: fc.integer({ min: 95, max: 105 }),
    quantity: fc.integer({ min: 1, max: 400 }),
    pick: fc.nat(1000),
    algorithm: fc.constantFrom(
      Algorithm.none,
      Algorithm.none,
      Algorithm.twap,
      Algorithm.vwap,
      Algorithm.pov,
      Algorithm.is,
    ),
    type: fc.constantFrom(OrderType.limit, OrderType.limit, OrderType.market),
    timeInForce: fc.nat(3),
    display: fc.constantFrom(0, 0, 50),
    mood: fc.constantFrom(...moods),
    waitNs: fc.constantFrom(1, 2 * MS, 6 * MS, SECOND, 7 * SECOND),
  });

  test('no order is ever out for more than it has left, each trade is told once, and in the end all is known', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const models = { impact: linearImpact, volume: VolumeCurve.flat() };
        const floor = new TradingFloor(
          [{ takerFee: 3, makerFee: -2 }, { latencyNs: 5 * MS, takerFee: 1 }, { latencyNs: MS }],
          {
            modelsOf: () => models,
          },
        );
        const { orders } = floor.desk;
        const all: Report[] = [];
        const theirs: { venue: number; orderId: number; side: number; price: number; left: number }[] = [];
        let orderCount = 0;
        let feedCount = 0;
        const filledOf = (orderId: number) =>
          all
            .filter((report) => report.kind === ReportKind.fill && report.orderId === orderId)
            .reduce((sum, { quantity }) => sum + quantity, 0);
        const check = (reports: readonly Report[]) => {
          all.push(...reports);
          const { of } = orders.parents;
          const { state, quantity, filled } = orders.children.of;
          for (const parent of orders.slots()) {
            const open = [...orders.childrenOf(parent)].filter((child) => !hasEnded(state[child]!));
            const mayTrade = open.reduce((sum, child) => sum + quantity[child]! - filled[child]!, 0);
            // A replace to less is done only when nothing is out; so what is out is never more than what is left.
            const wellCounted = of.out[parent] === mayTrade && of.openCount[parent] === open.length;
            if (!wellCounted || mayTrade > Math.max(0, orders.left(parent)))
              throw new Error(
                `order ${of.orderId[parent]}: ${mayTrade} out, ${of.out[parent]} counted, ${orders.left(parent)} left`,
              );
          }
        };
        for (const each of steps) {
          const { venue, side, price, quantity } = each;
          const orderId = 1 + (each.pick % Math.max(1, orderCount));
          const filled = filledOf(orderId);
          if (each.do === 'add') {
            theirs.push({ venue, orderId: ++feedCount, side, price, left: quantity });
            check(floor.add(venue, feedCount, side, price, quantity));
          } else if (each.do === 'execute') {
            const hit = theirs.splice(each.pick % Math.max(1, theirs.length), 1)[0];
            if (hit) check(floor.execute(hit.venue, hit.orderId, hit.side, hit.price, hit.left));
          } else if (each.do === 'submit') {
            const { algorithm, type } = each;
            const direct = algorithm === Algorithm.none;
            const timeInForce =
              !direct || (type === OrderType.market && each.timeInForce === TimeInForce.postOnly)
                ? 0
                : each.timeInForce;
            check(
              floor.command({
                orderId: ++orderCount,
                side,
                type,
                limitPrice: type === OrderType.market ? 0 : price,
                quantity,
                algorithm,
                timeInForce,
                slices: direct ? 0 : 4,
                endNs: direct ? 0 : floor.desk.nowNs + 8 * SECOND,
                participation: algorithm === Algorithm.pov ? 2_000 : 0,
                displayQuantity: timeInForce === TimeInForce.day && type === OrderType.limit ? each.display : 0,
              }),
            );
          } else if (each.do === 'cancel') check(floor.command({ kind: CommandKind.cancel, orderId }));
          else if (each.do === 'replace')
            check(floor.command({ kind: CommandKind.replace, orderId, quantity, filled, limitPrice: price }));
          else if (each.do === 'mood') floor.venues[venue]!.become(each.mood);
          check(floor.at(floor.desk.nowNs + (each.do === 'wait' ? each.waitNs : 1)));
        }
        for (const venue of floor.venues) venue.become('well');
        for (let second = 0; second < 60; second++) check(floor.at(floor.desk.nowNs + SECOND));
        const told = new Map<number, number>();
        for (const { kind, childId, quantity } of all)
          if (kind === ReportKind.fill) told.set(childId, (told.get(childId) ?? 0) + quantity);
        const traded = new Map(floor.venues.flatMap((venue) => [...venue.traded]));
        // Children count up from 1, and so do the venues' references of a session that forgets none.
        expect(told).toEqual(traded);
        expect(floor.desk.children.faults).toMatchObject({ strayEvents: 0, excessFills: 0 });
        for (const parent of orders.slots()) expect(orders.parents.of.unknownCount[parent]).toBe(0);
        const resting = [0, 1, 2].reduce((sum, venue) => sum + floor.resting(venue), 0);
        expect([...orders.slots()].reduce((sum, parent) => sum + orders.parents.of.out[parent]!, 0)).toBe(resting);
        for (let orderId = 1; orderId <= orderCount; orderId++) {
          const ends: number[] = [ReportKind.cancelled, ReportKind.expired, ReportKind.rejected];
          const mine = all.filter((report) => report.orderId === orderId);
          expect(mine.filter(({ kind }) => ends.includes(kind)).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });
});
