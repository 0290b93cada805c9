import { BookEventKind, OrderType, Rejection, Side, TimeInForce } from '@nautilus/core/domain';
import fc from 'fast-check';
import { VenueEventKind, VenueEvents } from '../../../engines/ems/venue/events';
import { SimulatedBook } from '../../../engines/ems/venue/simulated-book';
import { SimulatedVenue } from '../../../engines/ems/venue/simulated-venue';
import { flows, type Step, withoutUs } from './flow';
import { type NaiveFill, NaiveVenue } from './naive-venue';

const OWN = 2 ** 30;

interface Event {
  readonly kind: number;
  readonly child: number;
  readonly price: number;
  readonly quantity: number;
  readonly maker: number;
  readonly reason: number;
}

class Bench {
  readonly events = new VenueEvents();
  readonly venue = new SimulatedBook(1000, 1, this.events);

  drain(): Event[] {
    const seen: Event[] = [];
    this.events.drain((kind, child, price, quantity, maker, reason) =>
      seen.push({ kind, child, price, quantity, maker, reason }),
    );
    return seen;
  }

  run(step: Step): Event[] {
    const { venue } = this;
    if (step.do === 'add') venue.add(step.id, step.side, step.price, step.quantity);
    else if (step.do === 'reduce') venue.reduce(step.id, step.quantity);
    else if (step.do === 'remove') venue.remove(step.id);
    else if (step.do === 'execute') venue.execute(step.id, step.side, step.price, step.quantity);
    else if (step.do === 'submit')
      venue.submit(step.child, step.side, OrderType.limit, step.price, step.quantity, step.timeInForce);
    else if (step.do === 'cancel') venue.cancel(step.child);
    else venue.replace(step.child, step.price, step.quantity);
    return this.drain();
  }

  /** [ours, side, price, left] in priority order. */
  orders(): [boolean, number, number, number][] {
    const all: [boolean, number, number, number][] = [];
    this.venue.book.forEachOrder((id, side, price, left) => all.push([id >= OWN, side, price, left]));
    return all;
  }

  submit(child: number, side: number, price: number, quantity: number, timeInForce: number = TimeInForce.day): Event[] {
    return this.run({ do: 'submit', child, side, price, quantity, timeInForce });
  }
}

function runNaive(naive: NaiveVenue, step: Step): NaiveFill[] {
  naive.fills = [];
  if (step.do === 'add') naive.add(step.id, step.side, step.price, step.quantity);
  else if (step.do === 'reduce') naive.reduce(step.id, step.quantity);
  else if (step.do === 'remove') naive.remove(step.id);
  else if (step.do === 'execute') naive.execute(step.id, step.side, step.price, step.quantity);
  else if (step.do === 'submit') naive.submit(step.child, step.side, step.price, step.quantity, step.timeInForce);
  else if (step.do === 'cancel') naive.cancel(step.child);
  else naive.replace(step.child, step.price, step.quantity);
  return naive.fills;
}

const naiveOrders = (naive: NaiveVenue) =>
  [Side.buy, Side.sell].flatMap((side) =>
    naive.queue(side).map(({ id, price, left }): [boolean, number, number, number] => [id < 0, side, price, left]),
  );

const fillsOf = (events: readonly Event[]): NaiveFill[] =>
  events
    .filter(({ kind }) => kind === VenueEventKind.filled)
    .map(({ child, price, quantity, maker }) => [child, price, quantity, maker]);

describe('any flow, with any orders of ours', () => {
  test('gives the fills and the book of the slow obvious venue', () => {
    fc.assert(
      fc.property(flows(120), (steps) => {
        const bench = new Bench();
        const naive = new NaiveVenue();
        const [seen, expected]: unknown[][] = [[], []];
        for (const step of steps) {
          seen!.push([step, fillsOf(bench.run(step)), bench.orders()]);
          expected!.push([step, runNaive(naive, step), naiveOrders(naive)]);
        }
        expect(seen).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('no order of ours trades while an order ahead of it at its price rests', () => {
    fc.assert(
      fc.property(flows(120), (steps) => {
        const bench = new Bench();
        for (const step of steps) {
          const before: { id: number; side: number; price: number }[] = [];
          bench.venue.book.forEachOrder((id, side, price) => before.push({ id, side, price }));
          for (const { kind, child, maker } of bench.run(step)) {
            if (kind !== VenueEventKind.filled || maker === 0 || step.do === 'replace') continue;
            const place = before.findIndex(({ id }) => id === OWN + child);
            const ours = before[place]!;
            const ahead = before
              .slice(0, place)
              .filter(({ side, price }) => side === ours.side && price === ours.price);
            for (const { id } of ahead) expect(bench.venue.book.quantityOf(id)).toBe(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('never trades more of an order than its quantity', () => {
    fc.assert(
      fc.property(flows(120), (steps) => {
        const bench = new Bench();
        const left = new Map<number, number>();
        for (const step of steps) {
          if (step.do === 'submit') left.set(step.child, step.quantity);
          for (const { kind, child, quantity } of bench.run(step)) {
            if (kind === VenueEventKind.replaced) left.set(child, quantity);
            if (kind === VenueEventKind.filled) left.set(child, left.get(child)! - quantity);
          }
        }
        expect([...left.values()].filter((each) => each < 0)).toEqual([]);
      }),
    );
  });

  test('without orders of ours the book is the one that the feed tells of', () => {
    fc.assert(
      fc.property(flows(120), (steps) => {
        const bench = new Bench();
        const told = new Map<number, number>();
        for (const step of withoutUs(steps)) {
          bench.run(step);
          if (step.do === 'add') told.set(step.id, step.quantity);
          else if ('id' in step) told.set(step.id, told.get(step.id)! - step.quantity);
        }
        const quantities = [...told.values()].filter((left) => left > 0).sort((a, b) => a - b);
        expect(
          bench
            .orders()
            .map(([, , , left]) => left)
            .sort((a, b) => a - b),
        ).toEqual(quantities);
        expect(bench.venue.counts).toEqual({ unknownOrders: 0, refusedOrders: 0, takenFromHistory: 0 });
      }),
    );
  });
});

describe('an order of ours', () => {
  test('trades in its turn: after what was there before it, before what came later', () => {
    const bench = new Bench();
    bench.venue.add(1, Side.buy, 100, 50);
    bench.submit(1, Side.buy, 100, 30);
    bench.venue.add(2, Side.buy, 100, 40);
    expect(bench.venue.quantityAhead(1)).toBe(50);
    bench.venue.execute(1, Side.buy, 100, 50);
    expect(bench.drain()).toEqual([]);
    bench.venue.execute(2, Side.buy, 100, 40);
    expect(fillsOf(bench.drain())).toEqual([[1, 100, 30, 1]]);
    expect(bench.venue.book.quantityAt(Side.buy, 100)).toBe(30);
    expect(bench.venue.counts.takenFromHistory).toBe(30);
  });

  test('is taken by a later historical order that crosses it', () => {
    const bench = new Bench();
    bench.submit(1, Side.buy, 101, 10);
    bench.venue.add(1, Side.sell, 101, 25);
    expect(fillsOf(bench.drain())).toEqual([[1, 101, 10, 1]]);
    expect(bench.venue.book.quantityAt(Side.sell, 101)).toBe(15);
  });

  test('takes historical liquidity, and what history does to it later acts on what is left', () => {
    const bench = new Bench();
    bench.venue.add(1, Side.sell, 100, 50);
    expect(fillsOf(bench.submit(1, Side.buy, 100, 20, TimeInForce.ioc))).toEqual([[1, 100, 20, 0]]);
    bench.venue.reduce(1, 25);
    expect(bench.venue.book.quantityAt(Side.sell, 100)).toBe(5);
    bench.venue.remove(1);
    expect(bench.venue.book.quantityAt(Side.sell, 100)).toBe(0);
  });

  test.each([
    ['immediate or cancel', TimeInForce.ioc, 7, VenueEventKind.expired, 3, Rejection.noLiquidity],
    ['all or nothing', TimeInForce.fok, 0, VenueEventKind.expired, 10, Rejection.notFillable],
    ['post-only', TimeInForce.postOnly, 0, VenueEventKind.rejected, 10, Rejection.wouldTake],
  ])('that is %s and meets 7 of 10', (_, timeInForce, filled, kind, quantity, reason) => {
    const bench = new Bench();
    bench.venue.add(1, Side.sell, 100, 7);
    const events = bench.submit(1, Side.buy, 100, 10, timeInForce);
    expect(fillsOf(events).reduce((sum, [, , traded]) => sum + traded, 0)).toBe(filled);
    expect(events.at(-1)).toMatchObject({ kind, quantity, reason });
    expect(bench.venue.book.quantityAt(Side.buy, 100)).toBe(0);
  });

  test('is refused while trading is halted, and can be cancelled', () => {
    const bench = new Bench();
    bench.submit(1, Side.buy, 100, 10);
    bench.venue.halt(true);
    expect(bench.submit(2, Side.buy, 100, 10)).toMatchObject([
      { kind: VenueEventKind.rejected, reason: Rejection.halted },
    ]);
    expect(bench.run({ do: 'cancel', child: 1 })).toMatchObject([{ kind: VenueEventKind.cancelled, quantity: 10 }]);
  });

  test('is not touched by hidden executions: the feed says nothing of how far they would have gone', () => {
    const venue = new SimulatedVenue({ name: 'XSIM', capacity: 10, instruments: [{ id: 1, tickSize: 1 }] });
    venue.submit(1, 1, Side.buy, OrderType.limit, 100, 10, TimeInForce.day);
    venue.apply({
      kind: BookEventKind.executeHidden,
      instrument: 1,
      orderId: 7,
      side: Side.buy,
      price: 100,
      quantity: 10,
    });
    const kinds: number[] = [];
    venue.events.drain((kind) => kinds.push(kind));
    expect(kinds).toEqual([VenueEventKind.accepted]);
    expect(venue.bookOf(1)!.book.quantityAt(Side.buy, 100)).toBe(10);
  });

  test('book ids of thousands of orders are used again when history and the book are done with them', () => {
    const bench = new Bench();
    bench.submit(1, Side.buy, 99, 5);
    for (let id = 1; id <= 20_000; id++) {
      bench.venue.add(id, Side.sell, 101, 10);
      if (id % 2 === 0) bench.venue.remove(id);
      else bench.venue.execute(id, Side.sell, 101, 10);
    }
    expect(bench.venue.counts.refusedOrders).toBe(0);
    expect(bench.orders()).toEqual([[true, Side.buy, 99, 5]]);
  });
});
