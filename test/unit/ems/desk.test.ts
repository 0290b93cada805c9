import { Algorithm, CommandKind, OrderType, Rejection, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import fc from 'fast-check';
import { type Command, Desk } from '../../../engines/ems/desk/desk';
import { boundaryNs, cumulativeTarget, slicesLeft } from '../../../engines/ems/desk/twap';
import { SimulatedVenue } from '../../../engines/ems/venue/simulated-venue';
import { flows, withoutUs } from './flow';

interface Report {
  readonly kind: number;
  readonly timeNs: number;
  readonly orderId: number;
  readonly price: number;
  readonly quantity: number;
  readonly maker: number;
  readonly reason: number;
}

class Floor {
  readonly venue = new SimulatedVenue({ name: 'XSIM', capacity: 1000, instruments: [{ id: 1, tickSize: 1 }] });
  readonly book = this.venue.bookOf(1)!;
  reports: Report[] = [];
  readonly desk = new Desk({
    venues: [this.venue],
    firstChildId: 0,
    retained: 50,
    reports: {
      report: (kind, timeNs, orderId, _child, _instrument, _side, price, quantity, maker, reason) =>
        void this.reports.push({ kind, timeNs, orderId, price, quantity, maker, reason }),
    },
  });

  constructor() {
    this.desk.advance(1_000);
  }

  command(change: Partial<Command>): Report[] {
    this.reports = [];
    this.desk.handle({
      kind: CommandKind.submit,
      orderId: 1,
      startNs: 0,
      endNs: 0,
      account: 1,
      instrument: 1,
      quantity: 100,
      filled: 0,
      limitPrice: 100,
      slices: 0,
      displayQuantity: 0,
      participation: 0,
      riskAversion: 0,
      side: Side.buy,
      type: OrderType.limit,
      timeInForce: TimeInForce.day,
      algorithm: Algorithm.none,
      ...change,
    });
    return this.reports;
  }

  twap(change: Partial<Command> = {}): Report[] {
    return this.command({ algorithm: Algorithm.twap, slices: 4, endNs: 5_000, ...change });
  }

  at(timeNs: number): Report[] {
    this.reports = [];
    this.desk.advance(timeNs);
    return this.reports;
  }

  /** Lets history do something and tells what came back. */
  history(what: (book: Floor['book']) => void): Report[] {
    this.reports = [];
    what(this.book);
    this.desk.settle();
    return this.reports;
  }
}

const fills = (reports: readonly Report[]) =>
  reports
    .filter(({ kind }) => kind === ReportKind.fill)
    .map(({ timeNs, price, quantity }) => [timeNs, price, quantity]);

describe('the TWAP schedule', () => {
  test('ends of slices rise to the end of the order, targets to its quantity, in equal steps', () => {
    fc.assert(
      fc.property(
        fc.record({
          start: fc.nat(8.64e13),
          duration: fc.integer({ min: 1, max: 8.64e13 }),
          slices: fc.integer({ min: 1, max: 10_000 }),
          quantity: fc.integer({ min: 1, max: 0x7fffffff }),
          index: fc.nat(9_999),
        }),
        ({ start, duration, slices, quantity, index: any }) => {
          const index = any % slices;
          const end = start + duration;
          const exact = Number((BigInt(quantity) * BigInt(index)) / BigInt(slices));
          expect(cumulativeTarget(quantity, slices, index)).toBe(exact);
          expect(cumulativeTarget(quantity, slices, slices)).toBe(quantity);
          expect(boundaryNs(start, end, slices, index)).toBeLessThanOrEqual(boundaryNs(start, end, slices, index + 1));
          expect(boundaryNs(start, end, slices, slices)).toBe(end);
        },
      ),
    );
  });

  test.each([
    [0, 4],
    [1_000, 4],
    [1_001, 4],
    [2_000, 3],
    [2_001, 3],
    [4_999, 1],
    [5_000, 0],
  ])('of four slices from 1000 to 5000 has, at %i, %i left', (nowNs, left) => {
    expect(slicesLeft(1_000, 5_000, 4, nowNs)).toBe(left);
  });
});

describe('a TWAP order', () => {
  test('rests each slice at the near touch and crosses at the end of it', () => {
    const floor = new Floor();
    floor.book.add(1, Side.buy, 95, 10);
    floor.book.add(2, Side.sell, 99, 500);
    expect(floor.twap()).toMatchObject([{ kind: ReportKind.working, quantity: 100 }]);
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(10 + 25);
    expect(floor.at(1_999)).toEqual([]);
    expect(fills(floor.at(2_000))).toEqual([[2_000, 99, 25]]);
    expect(fills(floor.at(10_000))).toEqual([
      [3_000, 99, 25],
      [4_000, 99, 25],
      [5_000, 99, 25],
    ]);
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(10);
    expect(floor.desk.orders.working).toBe(0);
  });

  test('counts passive fills: nothing crosses in a slice that is done', () => {
    const floor = new Floor();
    floor.book.add(1, Side.buy, 95, 10);
    floor.book.add(2, Side.sell, 99, 500);
    floor.twap();
    expect(fills(floor.history((book) => book.execute(1, Side.buy, 95, 10)))).toEqual([]);
    floor.book.add(3, Side.buy, 95, 40);
    expect(fills(floor.history((book) => book.execute(3, Side.buy, 95, 30)))).toEqual([[1_000, 95, 25]]);
    expect(fills(floor.at(2_000))).toEqual([]);
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(35 + 25);
  });

  test('never pays more than its limit, and what could not be had is due in the next slice', () => {
    const floor = new Floor();
    floor.book.add(1, Side.buy, 95, 10);
    floor.book.add(2, Side.sell, 105, 500);
    floor.twap();
    expect(floor.at(3_500)).toEqual([]);
    floor.book.add(3, Side.sell, 100, 60);
    expect(fills(floor.at(4_000))).toEqual([[4_000, 100, 60]]);
    expect(floor.at(5_000)).toMatchObject([
      { kind: ReportKind.expired, quantity: 40, reason: Rejection.endOfSchedule },
    ]);
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(10);
  });

  test('a cancel takes its child out of the book and reports what is left', () => {
    const floor = new Floor();
    floor.book.add(1, Side.buy, 95, 10);
    floor.twap();
    expect(floor.command({ kind: CommandKind.cancel })).toMatchObject([{ kind: ReportKind.cancelled, quantity: 100 }]);
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(10);
    expect(floor.at(9_000)).toEqual([]);
  });

  test('that starts later sends nothing before', () => {
    const floor = new Floor();
    floor.book.add(1, Side.buy, 95, 10);
    floor.twap({ startNs: 3_000 });
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(10);
    floor.at(3_000);
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(35);
  });

  test('that is submitted again spreads what is left over the slices that are left', () => {
    const floor = new Floor();
    floor.book.add(1, Side.buy, 95, 10);
    floor.at(3_000);
    floor.twap({ startNs: 1_000, quantity: 60, filled: 40 });
    expect(floor.book.book.quantityAt(Side.buy, 95)).toBe(10 + 30);
  });

  test('whose time is over crosses once, and the rest expires', () => {
    const floor = new Floor();
    floor.book.add(1, Side.sell, 99, 30);
    floor.at(6_000);
    expect(floor.twap({ startNs: 1_000 })).toMatchObject([
      { kind: ReportKind.working },
      { kind: ReportKind.fill, quantity: 30 },
      { kind: ReportKind.expired, quantity: 70 },
    ]);
  });
});

describe('a direct order', () => {
  test('that is filled at once is done without another word', () => {
    const floor = new Floor();
    floor.book.add(1, Side.sell, 99, 300);
    expect(floor.command({})).toMatchObject([{ kind: ReportKind.fill, quantity: 100 }]);
    expect(floor.desk.orders.working).toBe(0);
  });

  test('is said to work when it rests, not when it has traded: its fill says so', () => {
    const floor = new Floor();
    expect(floor.command({ orderId: 1 })).toMatchObject([{ kind: ReportKind.working, quantity: 100 }]);
    floor.book.add(1, Side.sell, 101, 30);
    expect(floor.command({ orderId: 2, limitPrice: 101 })).toMatchObject([{ kind: ReportKind.fill, quantity: 30 }]);
    expect(floor.command({ orderId: 2, kind: CommandKind.cancel })).toMatchObject([
      { kind: ReportKind.cancelled, quantity: 70 },
    ]);
  });

  test('what a market order cannot get expires', () => {
    const floor = new Floor();
    floor.book.add(1, Side.sell, 99, 30);
    expect(floor.command({ type: OrderType.market, limitPrice: 0 })).toMatchObject([
      { kind: ReportKind.fill, quantity: 30 },
      { kind: ReportKind.expired, quantity: 70, reason: Rejection.noLiquidity },
    ]);
  });

  test('a submit of an order that is known is dropped', () => {
    const floor = new Floor();
    floor.command({});
    expect(floor.command({})).toEqual([]);
    expect(floor.book.book.quantityAt(Side.buy, 100)).toBe(100);
  });

  test('an order that has left goes to work again with what is left, one that works does not begin anew', () => {
    const floor = new Floor();
    floor.command({});
    expect(floor.command({ kind: CommandKind.resume })).toEqual([]);
    floor.command({ kind: CommandKind.cancel });
    expect(floor.command({})).toEqual([]);
    expect(floor.command({ kind: CommandKind.resume, quantity: 70, filled: 30 })).toMatchObject([
      { kind: ReportKind.working, orderId: 1, quantity: 70 },
    ]);
    expect(floor.book.book.quantityAt(Side.buy, 100)).toBe(70);
    // When the first one is forgotten the second is still found.
    for (let orderId = 2; orderId < 100; orderId++) {
      floor.command({ orderId, quantity: 1 });
      floor.command({ orderId, kind: CommandKind.cancel });
    }
    expect(floor.command({ kind: CommandKind.cancel })).toMatchObject([{ kind: ReportKind.cancelled, quantity: 70 }]);
  });

  test('a resume counts fills that crossed it on its way: what they did is not done again', () => {
    const floor = new Floor();
    floor.history((book) => book.add(1, Side.sell, 100, 500));
    expect(fills(floor.command({}))).toEqual([[1_000, 100, 100]]);
    // The order system had counted 60 when it asked for what was left of 100, and then of 130.
    expect(floor.command({ kind: CommandKind.resume, quantity: 40, filled: 60 })).toEqual([]);
    expect(fills(floor.command({ kind: CommandKind.resume, quantity: 70, filled: 60 }))).toEqual([[1_000, 100, 30]]);
    expect(floor.desk.orders.working).toBe(0);
  });

  test('a replace counts fills that crossed it on its way: it cannot make the order larger', () => {
    const floor = new Floor();
    floor.command({});
    floor.history((book) => book.add(1, Side.sell, 100, 60));
    // The order system had counted 40 when it asked for 150 in all.
    expect(floor.command({ kind: CommandKind.replace, quantity: 110, filled: 40 })).toMatchObject([
      { kind: ReportKind.replaced, price: 100, quantity: 90 },
    ]);
    expect(floor.book.book.quantityAt(Side.buy, 100)).toBe(90);
  });

  test('a replace to what is filled already ends the order', () => {
    const floor = new Floor();
    floor.command({});
    floor.history((book) => book.add(1, Side.sell, 100, 60));
    expect(floor.command({ kind: CommandKind.replace, quantity: 10, filled: 40 })).toMatchObject([
      { kind: ReportKind.replaced, quantity: 0 },
    ]);
    expect(floor.book.book.quantityAt(Side.buy, 100)).toBe(0);
    expect(floor.desk.orders.working).toBe(0);
  });

  test.each([
    ['unknown', {}, 2, Rejection.unknownOrder],
    ['finished', { timeInForce: TimeInForce.ioc }, 1, Rejection.orderNotLive],
  ])('a cancel of an order that is %s is refused', (_, change, orderId, reason) => {
    const floor = new Floor();
    floor.command(change);
    expect(floor.command({ kind: CommandKind.cancel, orderId })).toMatchObject([
      { kind: ReportKind.changeRejected, reason },
    ]);
  });

  test.each([
    ['an instrument that the venue does not trade', { instrument: 2 }, Rejection.unknownInstrument],
    ['no quantity', { quantity: 0 }, Rejection.badQuantity],
    ['an algorithm that is not known', { algorithm: 9 }, Rejection.badAlgorithm],
  ])('%s is rejected', (_, change, reason) => {
    expect(new Floor().command(change)).toMatchObject([{ kind: ReportKind.rejected, reason }]);
  });

  test('of thousands, the oldest finished ones are forgotten and the working ones are not', () => {
    const floor = new Floor();
    floor.command({ orderId: 1 });
    for (let orderId = 2; orderId < 2_000; orderId++) floor.command({ orderId, timeInForce: TimeInForce.fok });
    expect(floor.desk.orders.find(2)).toBe(-1);
    expect(floor.desk.orders.find(1_999)).toBeGreaterThanOrEqual(0);
    expect(floor.command({ kind: CommandKind.cancel, orderId: 1 })).toMatchObject([{ kind: ReportKind.cancelled }]);
  });
});

describe('any market and any commands', () => {
  const order = fc.record({
    before: fc.nat(120),
    quantity: fc.integer({ min: 1, max: 60 }),
    side: fc.constantFrom(Side.buy, Side.sell),
    type: fc.constantFrom(OrderType.limit, OrderType.market),
    limitPrice: fc.integer({ min: 90, max: 110 }),
    algorithm: fc.constantFrom(Algorithm.none, Algorithm.twap),
    slices: fc.integer({ min: 1, max: 8 }),
    lasts: fc.integer({ min: 1, max: 1_500 }),
    timeInForce: fc.nat(3),
    cancelAfter: fc.option(fc.nat(60)),
    replaceAfter: fc.option(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 90 }))),
  });

  test('an order trades at most its quantity within its limit, ends once, and leaves nothing in the book', () => {
    fc.assert(
      fc.property(flows(120), fc.array(order, { maxLength: 6 }), (steps, orders) => {
        const floor = new Floor();
        const all: Report[] = [];
        const total = orders.map(({ quantity }) => quantity);
        const filled = orders.map(() => 0);
        const take = (reports: Report[]) => {
          for (const report of reports) {
            const index = report.orderId - 1;
            if (report.kind === ReportKind.fill) filled[index]! += report.quantity;
            if (report.kind === ReportKind.replaced) total[index] = filled[index]! + report.quantity;
          }
          all.push(...reports);
        };
        [...withoutUs(steps), ...Array(60).fill(undefined)].forEach((step, now) => {
          take(floor.at(1_000 + now * 10));
          take(
            floor.history((book) => {
              if (step?.do === 'add') book.add(step.id, step.side, step.price, step.quantity);
              if (step?.do === 'reduce') book.reduce(step.id, step.quantity);
              if (step?.do === 'remove') book.remove(step.id);
              if (step?.do === 'execute') book.execute(step.id, step.side, step.price, step.quantity);
            }),
          );
          orders.forEach(({ before, lasts, cancelAfter, replaceAfter, ...each }, index) => {
            const orderId = index + 1;
            const { nowNs } = floor.desk;
            if (before === now) take(floor.command({ ...each, orderId, endNs: nowNs + lasts }));
            if (replaceAfter && now === before + replaceAfter[0])
              take(floor.command({ ...each, kind: CommandKind.replace, orderId, quantity: replaceAfter[1] }));
            if (cancelAfter !== null && now === before + cancelAfter)
              take(floor.command({ kind: CommandKind.cancel, orderId }));
          });
        });
        take(floor.at(1e9));
        orders.forEach(({ side, type, limitPrice }, index) => {
          const mine = all.filter(({ orderId }) => orderId === index + 1);
          expect(filled[index]).toBeLessThanOrEqual(total[index]!);
          const worse = mine.filter(
            ({ kind, price }) =>
              kind === ReportKind.fill && (side === Side.buy ? price > limitPrice : price < limitPrice),
          );
          if (type === OrderType.limit) expect(worse).toEqual([]);
          const ends: number[] = [ReportKind.cancelled, ReportKind.expired, ReportKind.rejected];
          expect(mine.filter(({ kind }) => ends.includes(kind)).length).toBeLessThanOrEqual(1);
        });
        const resting: number[] = [];
        floor.book.book.forEachOrder((id) => id >= 2 ** 30 && resting.push(id));
        expect(resting).toHaveLength(floor.desk.orders.working);
      }),
    );
  });
});
