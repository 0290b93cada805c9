import { defineLayout, type FieldsOf } from '@nautilus/core/domain';
import type { Publication } from '@nautilus/core/transport';
import fc from 'fast-check';
import { publish, sequences, ticks, useHubs } from './scratch';

const memory = useHubs();

const dropping = (capacity: number) => ({ ...ticks(capacity, 'test.dropping'), backPressure: 'drop' as const });

const Mark = defineLayout('Mark', { sequence: 'f64', instrument: 'i32', price: 'i32' });
const KEYS = 5;
const conflating = (capacity = 8) => ({
  name: 'test.marks',
  layout: Mark,
  capacity,
  backPressure: 'conflate' as const,
  key: { field: 'instrument' as const, count: KEYS },
});

function mark(publication: Publication<FieldsOf<typeof Mark>>, sequence: number, instrument: number): void {
  const message = publication.claim();
  if (!message) throw new Error('no room');
  message.sequence = sequence;
  message.instrument = instrument;
  message.price = sequence * 10;
}

describe('block', () => {
  test('a claim that finds no room is counted', () => {
    const publication = memory.hub().publish(ticks(8));
    const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
    publish(publication, 1, 8);
    expect(publication.refused).toBe(0);
    publication.claim();
    publication.claim();
    expect(publication.refused).toBe(2);
    sequences(subscription);
    expect(publish(publication, 9, 9)).toBe(1);
    expect(publication.refused).toBe(2);
  });

  test('both ends see whether the other lives', () => {
    const hub = memory.hub();
    const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
    expect(subscription.writerAlive()).toBe(false);
    const publication = hub.publish(ticks(8));
    expect(subscription.writerAlive()).toBe(true);
    expect(publication.hasReader('a')).toBe(true);
    hub.close();
    expect(subscription.writerAlive()).toBe(false);
  });

  test('the writer knows its position', () => {
    const publication = memory.hub().publish(ticks(8));
    publish(publication, 1, 20);
    publication.claim();
    expect(publication.position).toBe(20);
  });
});

describe('drop', () => {
  test('the writer never waits, and every reader is told its gap', () => {
    const publication = memory.hub().publish(dropping(8));
    const subscription = memory.hub().subscribe(dropping(8), { name: 'a' });
    expect(publish(publication, 1, 100)).toBe(100);
    const seen = sequences(subscription);
    expect(seen.at(-1)).toBe(100);
    expect(subscription.missed + seen.length).toBe(100);
    expect(publication.refused).toBe(0);
  });

  test('a reader that wants to be waited for is refused', () => {
    expect(() => memory.hub().subscribe(dropping(8), { name: 'a', reliable: true })).toThrow(
      expect.objectContaining({ code: 'NAUT_BACK_PRESSURE', message: expect.stringMatching(/"drop"/) }),
    );
  });

  test('a reader that comes again goes on where it stopped, and is told what it missed', () => {
    const publication = memory.hub().publish(dropping(8));
    const first = memory.hub();
    const subscription = first.subscribe(dropping(8), { name: 'a', from: 'cursor' });
    publish(publication, 1, 3);
    expect(sequences(subscription)).toEqual([1, 2, 3]);
    first.close();
    publish(publication, 4, 40);
    const again = memory.hub().subscribe(dropping(8), { name: 'a', from: 'cursor' });
    const seen = sequences(again);
    expect(seen.at(-1)).toBe(40);
    expect(again.missed + seen.length).toBe(37);
  });
});

describe('conflate', () => {
  const read = (subscription: ReturnType<typeof open>) => {
    const seen: [number, number][] = [];
    subscription.poll((message) => seen.push([message.instrument, message.sequence]));
    return seen;
  };
  const open = (from?: 'newest' | 'oldest', capacity?: number) =>
    memory.hub().subscribe(conflating(capacity), { name: 'a', from });

  test('a slow reader gets the newest message of each key, once, and the count of what it replaced', () => {
    const publication = memory.hub().publish(conflating());
    const subscription = open();
    expect(read(subscription)).toEqual([]);
    for (let i = 1; i <= 6; i++) mark(publication, i, i % 3);
    publication.commit();
    expect(read(subscription)).toEqual([
      [1, 4],
      [2, 5],
      [0, 6],
    ]);
    expect(subscription.conflated).toBe(3);
    expect(read(subscription)).toEqual([]);
    mark(publication, 7, 2);
    publication.commit();
    expect(read(subscription)).toEqual([[2, 7]]);
    expect(subscription.missed).toBe(0);
  });

  test('nothing is seen before it is committed', () => {
    const publication = memory.hub().publish(conflating());
    const subscription = open();
    mark(publication, 1, 1);
    expect(read(subscription)).toEqual([]);
    publication.commit();
    expect(read(subscription)).toEqual([[1, 1]]);
  });

  test('a reader that comes late gets the newest of every key, or only what changes, as it asks', () => {
    const publication = memory.hub().publish(conflating());
    for (let i = 1; i <= 20; i++) {
      mark(publication, i, i % 3);
      publication.commit();
    }
    const picture = open();
    const changes = open('newest');
    expect(read(picture)).toEqual([
      [0, 18],
      [1, 19],
      [2, 20],
    ]);
    expect(picture.conflated).toBe(0);
    expect(read(changes)).toEqual([]);
    mark(publication, 21, 4);
    publication.commit();
    expect(read(picture)).toEqual([[4, 21]]);
    expect(read(changes)).toEqual([[4, 21]]);
  });

  test('a message whose handler throws comes again', () => {
    const publication = memory.hub().publish(conflating());
    const subscription = open();
    mark(publication, 1, 1);
    publication.commit();
    expect(() =>
      subscription.poll(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(read(subscription)).toEqual([[1, 1]]);
  });

  test('a key out of range is refused, and nothing of its batch is seen', () => {
    const publication = memory.hub().publish(conflating());
    const subscription = open();
    for (const key of [KEYS, -1]) {
      mark(publication, 1, 1);
      mark(publication, 2, key);
      expect(() => publication.commit()).toThrow(
        expect.objectContaining({
          code: 'NAUT_TOPIC_KEY',
          message: expect.stringMatching(`instrument ${key}; keys are 0 to 4`),
        }),
      );
    }
    publication.commit();
    expect(read(subscription)).toEqual([]);
  });

  test.each([
    ['no key', undefined],
    ['a key that is not a field', { field: 'venue', count: 4 }],
    ['a key that is not an integer field', { field: 'sequence', count: 4 }],
    ['no keys', { field: 'instrument', count: 0 }],
  ])('a topic with %s is refused', (_, key) => {
    const topic = { ...conflating(), key } as unknown as ReturnType<typeof conflating>;
    expect(() => memory.hub().publish(topic)).toThrow(expect.objectContaining({ code: 'NAUT_TOPIC_INVALID' }));
  });

  test.each([{ reliable: true }, { from: 'cursor' as const }, { restore: () => {} }])('%p is refused', (options) => {
    expect(() => memory.hub().subscribe(conflating(), { name: 'a', ...options })).toThrow(
      expect.objectContaining({ code: 'NAUT_BACK_PRESSURE' }),
    );
  });

  test('a writer that comes after another goes on, and its readers notice', () => {
    const first = memory.hub();
    const publication = first.publish(conflating());
    const subscription = open();
    mark(publication, 1, 1);
    publication.commit();
    expect(read(subscription)).toEqual([[1, 1]]);
    first.close();
    const next = memory.hub().publish(conflating());
    expect(next.last()).toEqual({ sequence: 1, instrument: 1, price: 10 });
    mark(next, 2, 1);
    next.commit();
    expect(read(subscription)).toEqual([[1, 2]]);
  });

  test('whatever is written and read in whatever steps, a reader has the model of the newest of each key', () => {
    const step = fc.oneof(
      fc.record({ write: fc.array(fc.nat({ max: KEYS - 1 }), { maxLength: 8 }) }),
      fc.record({ read: fc.integer({ min: 1, max: 12 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const hub = memory.hub();
        const publication = hub.publish(conflating(8));
        const subscription = hub.subscribe(conflating(8), { name: 'a', from: 'newest' });
        const newest = new Map<number, number>();
        const pending = new Set<number>();
        let sequence = publication.last()?.sequence ?? 0;
        let written = 0;
        let handed = 0;
        const take = (limit: number) =>
          subscription.poll((message) => {
            handed++;
            expect(message.sequence).toBe(newest.get(message.instrument));
            expect(pending.delete(message.instrument)).toBe(true);
          }, limit);
        for (const current of steps) {
          if ('read' in current) {
            take(current.read);
            continue;
          }
          for (const key of current.write) {
            mark(publication, ++sequence, key);
            newest.set(key, sequence);
            pending.add(key);
            written++;
          }
          publication.commit();
        }
        while (take(3) > 0);
        expect(pending.size).toBe(0);
        expect(handed + subscription.conflated).toBe(written);
        hub.close();
      }),
      { numRuns: 300 },
    );
  });
});
