import { Side } from '@nautilus/core/domain';
import fc from 'fast-check';
import { Placement, Queues } from '../../../engines/ems/routing/placement';
import { Offers, Sweep } from '../../../engines/ems/routing/sweep';

interface Place {
  /** From the best price on. */
  readonly levels: readonly (readonly [price: number, quantity: number])[];
  readonly fee: number;
  readonly latency: number;
}

const offersOf = (places: readonly Place[]): Offers => {
  const offers = new Offers(places.length);
  places.forEach(({ levels, fee, latency }, venue) => {
    offers.depth[venue]!.set(levels.flat());
    offers.levels[venue] = levels.length;
    offers.takerFees[venue] = fee;
    offers.latencyNs[venue] = latency;
  });
  return offers;
};

/** Every way of taking q shares from the fronts of the books; the cheapest cost, or undefined when there are not so many. */
function cheapest(places: readonly Place[], side: number, limit: number, quantity: number): number | undefined {
  const sign = side === Side.buy ? 1 : -1;
  const sweepCost = ({ levels, fee }: Place, shares: number): number | undefined => {
    let cost = 0;
    let left = shares;
    for (const [price, offered] of levels) {
      const taken = Math.min(left, offered);
      if (taken > 0 && limit > 0 && sign * (price - limit) > 0) return undefined;
      cost += taken * (sign * price + fee);
      left -= taken;
    }
    return left === 0 ? cost : undefined;
  };
  const [first, ...others] = places;
  if (first === undefined) return quantity === 0 ? 0 : undefined;
  let best: number | undefined;
  for (let here = 0; here <= quantity; here++) {
    const cost = sweepCost(first, here);
    const rest = cheapest(others, side, limit, quantity - here);
    if (cost === undefined || rest === undefined) continue;
    if (best === undefined || cost + rest < best) best = cost + rest;
  }
  return best;
}

const place = (side: number): fc.Arbitrary<Place> =>
  fc.record({
    levels: fc
      .array(fc.tuple(fc.integer({ min: 95, max: 105 }), fc.integer({ min: 1, max: 4 })), { maxLength: 4 })
      .map((levels) => [...new Map(levels)].sort(([a], [b]) => (side === Side.buy ? a - b : b - a))),
    fee: fc.integer({ min: -3, max: 3 }),
    latency: fc.nat(2),
  });

const question = fc.constantFrom(Side.buy, Side.sell).chain((side) =>
  fc.record({
    side: fc.constant(side),
    places: fc.array(place(side), { minLength: 1, maxLength: 3 }),
    limit: fc.oneof(fc.constant(0), fc.integer({ min: 95, max: 105 })),
    quantity: fc.integer({ min: 1, max: 14 }),
  }),
);

describe('a sweep', () => {
  test('takes all that can be had, at the least cost of all ways to split it, and never beyond the limit', () => {
    fc.assert(
      fc.property(question, ({ side, places, limit, quantity }) => {
        const sweep = new Sweep(places.length);
        const placed = sweep.plan(offersOf(places), side, limit, quantity);
        const within = ([price]: readonly [number, number]) =>
          limit === 0 || (side === Side.buy ? price <= limit : price >= limit);
        const offered = places
          .flatMap(({ levels }) => levels.filter(within))
          .reduce((sum, [, shares]) => sum + shares, 0);
        expect(placed).toBe(Math.min(quantity, offered));
        let cost = 0;
        places.forEach(({ levels, fee }, venue) => {
          let left = sweep.quantities[venue]!;
          let worst = 0;
          for (const [price, shares] of levels) {
            const taken = Math.min(left, shares);
            if (taken > 0) worst = price;
            cost += taken * ((side === Side.buy ? price : -price) + fee);
            left -= taken;
          }
          expect(left).toBe(0);
          if (worst > 0) expect(sweep.limits[venue]).toBe(worst);
        });
        expect(cost).toBe(cheapest(places, side, limit, placed));
      }),
    );
  });

  test('of two venues at the same cost takes the nearer one', () => {
    const offers = offersOf([
      { levels: [[100, 50]], fee: 1, latency: 9 },
      { levels: [[100, 50]], fee: 1, latency: 5 },
    ]);
    const sweep = new Sweep(2);
    sweep.plan(offers, Side.buy, 0, 60);
    expect([...sweep.quantities]).toEqual([10, 50]);
  });

  test('all or nothing goes to the venue that alone can fill it at the least cost', () => {
    fc.assert(
      fc.property(question, ({ side, places, limit, quantity }) => {
        const venue = new Sweep(places.length).planWhole(offersOf(places), side, limit, quantity);
        const costs = places.map((each) => cheapest([each], side, limit, quantity) ?? Number.POSITIVE_INFINITY);
        const best = Math.min(...costs);
        expect(venue).toBe(best === Number.POSITIVE_INFINITY ? -1 : costs.indexOf(best));
      }),
    );
  });
});

describe('a placement', () => {
  interface Queue {
    readonly ahead: number;
    readonly expected: number;
    readonly fee: number;
  }
  const queuesOf = (queues: readonly Queue[]): Queues => {
    const input = new Queues(queues.length);
    queues.forEach(({ ahead, expected, fee }, venue) => {
      input.ahead[venue] = ahead;
      input.expected[venue] = expected;
      input.makerFees[venue] = fee;
      input.usable[venue] = 1;
    });
    return input;
  };
  /** Shares that trade, and what they cost, when a queue is a fluid. */
  const outcome = (queues: readonly Queue[], split: readonly number[]): readonly [traded: number, fees: number] => {
    const traded = queues.map(({ ahead, expected }, venue) => Math.min(split[venue]!, Math.max(0, expected - ahead)));
    return [
      traded.reduce((sum, shares) => sum + shares, 0),
      traded.reduce((sum, shares, venue) => sum + shares * queues[venue]!.fee, 0),
    ];
  };
  const splits = (venues: number, quantity: number): number[][] =>
    venues === 1
      ? [[quantity]]
      : Array.from({ length: quantity + 1 }, (_, here) =>
          splits(venues - 1, quantity - here).map((rest) => [here, ...rest]),
        ).flat();

  test('trades as many shares as any split, at the lowest fees of those that do', () => {
    // In round lots: fewer shares than one are not split off.
    const lots = (most: number) => fc.nat(most).map((count) => count * 100);
    const queue = fc.record({ ahead: lots(8), expected: lots(8), fee: fc.integer({ min: -3, max: 3 }) });
    fc.assert(
      fc.property(fc.array(queue, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 9 }), (queues, count) => {
        const placement = new Placement(queues.length);
        expect(placement.plan(queuesOf(queues), count * 100)).toBe(count * 100);
        const all = splits(queues.length, count).map((split) =>
          outcome(
            queues,
            split.map((lot) => lot * 100),
          ),
        );
        const most = Math.max(...all.map(([traded]) => traded));
        const fees = Math.min(...all.filter(([traded]) => traded === most).map(([, cost]) => cost));
        const [traded, cost] = outcome(queues, [...placement.quantities]);
        expect(traded).toBe(most);
        // What finds no room goes where it is soonest through, whatever that costs: it may trade there instead of elsewhere.
        if (most === count * 100) expect(cost).toBe(fees);
      }),
    );
  });

  test('what finds no room goes to the queue that is soonest through', () => {
    const placement = new Placement(2);
    placement.plan(
      queuesOf([
        { ahead: 5_000, expected: 100, fee: -30 },
        { ahead: 6_000, expected: 4_000, fee: 0 },
      ]),
      500,
    );
    expect([...placement.quantities]).toEqual([0, 500]);
  });

  test('without any flow, the lower fee decides between equal queues', () => {
    const placement = new Placement(2);
    placement.plan(
      queuesOf([
        { ahead: 100, expected: 0, fee: 1 },
        { ahead: 100, expected: 0, fee: -2 },
      ]),
      500,
    );
    expect([...placement.quantities]).toEqual([0, 500]);
  });

  test('places nothing where no venue may be used', () => {
    const queues = queuesOf([{ ahead: 0, expected: 0, fee: 0 }]);
    queues.usable[0] = 0;
    expect(new Placement(1).plan(queues, 5)).toBe(0);
  });
});
