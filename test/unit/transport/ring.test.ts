import { publish, sequences, ticks, useHubs } from './scratch';

const memory = useHubs();

test('a reader gets the messages in the order of the claims, with their fields', () => {
  const publication = memory.hub().publish(ticks(8));
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
  for (let i = 1; i <= 3; i++) publication.claim()?.assign({ sequence: i, value: i / 4, check: -i, tag: 200 + i });
  publication.commit();
  const seen: object[] = [];
  expect(subscription.poll((tick) => seen.push(tick.copy()))).toBe(3);
  expect(seen).toEqual([1, 2, 3].map((i) => ({ sequence: i, value: i / 4, check: -i, tag: 200 + i })));
});

test('claimed messages are invisible until they are committed', () => {
  const publication = memory.hub().publish(ticks(8));
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
  publication.claim();
  expect(subscription.lag()).toBe(0);
  publication.commit();
  expect(subscription.lag()).toBe(1);
});

test('a reliable reader that stands still holds the writer back, and lets it go when it reads', () => {
  const publication = memory.hub().publish(ticks(8));
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
  expect(publication.free()).toBe(7);
  expect(publish(publication, 1, 100)).toBe(8);
  expect(publication.claim()).toBeUndefined();
  expect(sequences(subscription, 3)).toEqual([1, 2, 3]);
  expect(publish(publication, 9, 100)).toBe(3);
  expect(sequences(subscription)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
});

test('the slowest of several reliable readers decides', () => {
  const publication = memory.hub().publish(ticks(8));
  const fast = memory.hub().subscribe(ticks(8), { name: 'fast', reliable: true });
  const slow = memory.hub().subscribe(ticks(8), { name: 'slow', reliable: true });
  expect(publish(publication, 1, 8)).toBe(8);
  sequences(fast);
  sequences(slow, 2);
  expect(publish(publication, 9, 20)).toBe(2);
});

test('a reader that nobody waits for is told how many messages it missed', () => {
  const publication = memory.hub().publish(ticks(8));
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a' });
  expect(publish(publication, 1, 100)).toBe(100);
  const seen = sequences(subscription);
  expect(seen.at(-1)).toBe(100);
  expect(seen).toEqual(seen.map((_, i) => 100 - seen.length + 1 + i));
  expect(subscription.missed).toBe(100 - seen.length);
  expect(seen.length).toBeGreaterThanOrEqual(7);
});

test('a message whose handler throws comes again', () => {
  const publication = memory.hub().publish(ticks(8));
  for (const reliable of [true, false]) {
    const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable });
    publish(publication, 1, 3);
    expect(() =>
      subscription.poll((tick) => {
        if (tick.sequence === 2) throw new Error('no');
      }),
    ).toThrow('no');
    expect(sequences(subscription)).toEqual([2, 3]);
    subscription.close();
  }
});

test('the writer finds its last message after a restart', () => {
  const first = memory.hub();
  const publication = first.publish(ticks(8));
  expect(publication.fresh).toBe(true);
  expect(publication.last()).toBeUndefined();
  publish(publication, 1, 20);
  while (publication.claim()); // claimed, never committed
  first.close();
  const again = memory.hub().publish(ticks(8));
  expect(again.fresh).toBe(false);
  expect(again.last()).toMatchObject({ sequence: 20 });
});

test('a reader that created the ring does not make it look used', () => {
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
  const publication = memory.hub().publish(ticks(8));
  expect(publication.fresh).toBe(true);
  publish(publication, 1, 2);
  expect(sequences(subscription)).toEqual([1, 2]);
});

test('a reliable reader continues where it stopped, and the writer waits for it meanwhile', () => {
  const publication = memory.hub().publish(ticks(8));
  const hub = memory.hub();
  const subscription = hub.subscribe(ticks(8), { name: 'a', reliable: true });
  publish(publication, 1, 3);
  sequences(subscription, 2);
  expect(publication.hasReader('a')).toBe(true);
  hub.close();
  expect(publication.hasReader('a')).toBe(false);
  expect(publish(publication, 4, 100)).toBe(7);
  const again = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
  expect(sequences(again)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  expect(again.missed).toBe(0);
});

test('a second live writer is refused, a dead one is followed', () => {
  const hub = memory.hub();
  hub.publish(ticks(8));
  expect(() => memory.hub().publish(ticks(8))).toThrow(expect.objectContaining({ code: 'NAUT_TOPIC_BUSY' }));
  hub.close();
  expect(memory.hub().publish(ticks(8)).epoch).toBe(2);
});

test('two live readers cannot have one name', () => {
  memory.hub().subscribe(ticks(8), { name: 'a', reliable: true });
  expect(() => memory.hub().subscribe(ticks(8), { name: 'a', reliable: true })).toThrow(
    expect.objectContaining({ code: 'NAUT_READER_BUSY' }),
  );
});

test('a new reader starts with the newest or with the oldest message, as it asks', () => {
  const publication = memory.hub().publish(ticks(64));
  publish(publication, 1, 10);
  const start = (reliable: boolean, from: 'newest' | 'oldest' | 'cursor') =>
    memory.hub().subscribe(ticks(64), { name: `${from}-${reliable}`, reliable, from });
  const newest = [start(true, 'newest'), start(true, 'cursor'), start(false, 'newest'), start(false, 'cursor')];
  const oldest = [start(true, 'oldest'), start(false, 'oldest')];
  publish(publication, 11, 11);
  for (const subscription of newest) expect(sequences(subscription)).toEqual([11]);
  for (const subscription of oldest) expect(sequences(subscription)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('a reader that acknowledges by hand gets again what it did not acknowledge', () => {
  const publication = memory.hub().publish(ticks(8));
  const hub = memory.hub();
  const options = { name: 'a', reliable: true, acknowledge: 'manual' } as const;
  const subscription = hub.subscribe(ticks(8), options);
  publish(publication, 1, 8);
  sequences(subscription, 2);
  const durable = subscription.position;
  expect(sequences(subscription)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(publication.claim()).toBeUndefined();
  subscription.acknowledge(durable);
  expect(publish(publication, 9, 100)).toBe(2);
  hub.close();
  expect(sequences(memory.hub().subscribe(ticks(8), options))).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
});

test('only positions that were read can be acknowledged', () => {
  const publication = memory.hub().publish(ticks(8));
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', reliable: true, acknowledge: 'manual' });
  publish(publication, 1, 3);
  sequences(subscription, 2);
  expect(() => subscription.acknowledge(3)).toThrow(/position 3 .* from 0 to 2/);
});

test('the seventeenth registered reader is refused', () => {
  for (let i = 0; i < 16; i++) memory.hub().subscribe(ticks(8), { name: `r${i}`, reliable: true });
  expect(() => memory.hub().subscribe(ticks(8), { name: 'r16', reliable: true })).toThrow(
    expect.objectContaining({ code: 'NAUT_READERS_FULL' }),
  );
});

test('an end that was closed cannot be used', () => {
  const hub = memory.hub();
  const publication = hub.publish(ticks(8));
  const subscription = hub.subscribe(ticks(8), { name: 'a', reliable: true });
  hub.close();
  for (const use of [() => publication.claim(), () => sequences(subscription), () => hub.publish(ticks(8))]) {
    expect(use).toThrow(expect.objectContaining({ code: 'NAUT_HUB_CLOSED' }));
  }
});
