import fc from 'fast-check';
import { Columns } from '../../../engines/ems/desk/columns';
import { Timers } from '../../../engines/ems/desk/timers';
import { IdTable } from '../../../engines/ems/id-table';
import { VenueEvents } from '../../../engines/ems/venue/events';
import { Flights } from '../../../engines/ems/venue/flights';

test('the id table holds what a map holds, ids beyond 32 bits included', () => {
  const id = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }).map((n) => n * 2 ** 32 + 7),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), id, fc.nat(1_000)), { maxLength: 300 }), (steps) => {
      const table = new IdTable(4);
      const map = new Map<number, number>();
      for (const [adds, key, slot] of steps) {
        if (adds && !map.has(key)) {
          table.add(key, slot);
          map.set(key, slot);
        } else if (!adds) {
          table.remove(key);
          map.delete(key);
        }
      }
      expect(table.size).toBe(map.size);
      for (const [, key] of steps) expect(table.get(key)).toBe(map.get(key) ?? -1);
      expect([...table.slotsInUse()].sort((a, b) => a - b)).toEqual([...map.values()].sort((a, b) => a - b));
    }),
  );
});

test('timers fire by time, equal times by parent', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(500)), { maxLength: 300 }), (entries) => {
      const timers = new Timers();
      for (const [time, parent] of entries) timers.add(time, parent);
      const fired: [number, number][] = [];
      for (; timers.nextNs !== Number.POSITIVE_INFINITY; timers.pop()) fired.push([timers.nextNs, timers.nextParent]);
      expect(fired).toEqual([...entries].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('a slot that is taken again starts from zero, and rows survive growth', () => {
  const rows = new Columns(['price', 'time'], 2);
  const slots = [1, 2, 3, 4, 5].map((price) => {
    const slot = rows.take();
    rows.of.price[slot] = price;
    return slot;
  });
  expect(slots.map((slot) => rows.of.price[slot])).toEqual([1, 2, 3, 4, 5]);
  rows.release(slots[2]!);
  expect(rows.size).toBe(4);
  expect(rows.of.price[rows.take()]).toBe(0);
});

test('venue events come out in order, also those that their handling causes and more than fit at first', () => {
  const events = new VenueEvents();
  for (let child = 1; child <= 300; child++) events.push(1, child, 0, 0, 0, 0);
  const seen: number[] = [];
  events.drain((_, child) => {
    seen.push(child);
    if (child <= 300) events.push(1, child + 1_000, 0, 0, 0, 0);
  });
  expect(seen.slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(seen.slice(300)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1_001));
  expect(events.waiting).toBe(0);
});

test('messages under way arrive in order, each when it is due, more of them than fit at first', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 400, size: 'max' }), (steps) => {
      const flights = new Flights();
      const expected: number[] = [];
      const landed: number[] = [];
      let sent = 0;
      for (const departs of steps.flatMap((step) => [true, step])) {
        if (departs) {
          flights.depart(++sent, sent, sent, sent, sent, sent, sent, sent, sent);
          expected.push(sent);
        } else {
          expect(flights.nextNs).toBe(expected[0]);
          flights.land((...message) => void landed.push(...new Set(message)));
          expect(landed.pop()).toBe(expected.shift());
        }
      }
      expect(flights.nextNs).toBe(expected[0] ?? Number.POSITIVE_INFINITY);
    }),
  );
});
