import * as fc from 'fast-check';
import { KeptOrders } from '../../../engines/oms/write-behind/kept-orders';

/** The same rule written down naively: a list of orders, searched from its beginning. */
class Naive {
  private readonly orders: { index: number; endedAt: number | undefined }[] = [];
  private readonly removed = new Set<number>();
  private time = 0;

  constructor(private readonly most: number) {}

  note(index: number, live: boolean): number[] {
    this.time++;
    if (this.removed.has(index)) return [];
    const known = this.orders.find((order) => order.index === index);
    if (known === undefined) this.orders.push({ index, endedAt: live ? undefined : this.time });
    else if (!live) known.endedAt ??= this.time;
    const gone: number[] = [];
    while (this.orders.length > this.most) {
      const ended = this.orders.filter(({ endedAt }) => endedAt !== undefined);
      if (ended.length === 0) break;
      const first = ended.reduce((a, b) => ((a.endedAt as number) <= (b.endedAt as number) ? a : b));
      this.orders.splice(this.orders.indexOf(first), 1);
      this.removed.add(first.index);
      gone.push(first.index);
    }
    return gone;
  }

  get indices(): number[] {
    return this.orders.map(({ index }) => index).sort((a, b) => a - b);
  }
}

/** Orders come in turn; records about them in any order, and nothing revives an ended one. */
const records = fc.array(fc.record({ index: fc.nat({ max: 40 }), ends: fc.boolean() }), { maxLength: 200 });

test('what stays is what a naive search says, after each record', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), records, (most, flow) => {
      const kept = new KeptOrders(most);
      const naive = new Naive(most);
      const ended = new Set<number>();
      for (const { index, ends } of flow) {
        if (ends) ended.add(index);
        const live = !ended.has(index);
        expect(kept.note(index, live)).toEqual(naive.note(index, live));
        expect(Array.from({ length: 41 }, (_, order) => order).filter((order) => kept.has(order))).toEqual(
          naive.indices,
        );
        expect(kept.count).toBe(naive.indices.length);
      }
    }),
  );
});

test('open orders stay past the bound, and the first that ends goes', () => {
  const kept = new KeptOrders(2);
  for (const index of [0, 1, 2, 3]) expect(kept.note(index, true)).toEqual([]);
  expect(kept.count).toBe(4);
  expect(kept.note(2, false)).toEqual([2]);
  expect(kept.note(0, false)).toEqual([0]);
  expect(kept.note(3, false)).toEqual([]);
  expect([kept.has(1), kept.has(3), kept.count]).toEqual([true, true, 2]);
});

test('a late report about an order that is gone brings nothing back', () => {
  const kept = new KeptOrders(1);
  kept.note(0, false);
  expect(kept.note(5000, false)).toEqual([0]);
  expect(kept.note(0, false)).toEqual([]);
  expect([kept.has(0), kept.has(5000), kept.count]).toEqual([false, true, 1]);
});
