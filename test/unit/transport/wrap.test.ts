import path from 'node:path';
import fc from 'fast-check';
import { headPosition, lowWord, positionNear, ringWord } from '../../../engines/core/transport/ring-memory';
import { publish, sequences, ticks, useHubs } from './scratch';
import { startRingAt } from './start-ring-at';

const memory = useHubs();

test.each([
  2 ** 31 - 5,
  2 ** 32 - 5,
  3 * 2 ** 31 - 5,
  2 ** 40 - 5,
])('readers and writer pass position %p + 5', (start) => {
  const hub = memory.hub();
  hub.publish(ticks(8));
  hub.close();
  startRingAt(path.join(memory.directory(), 'test.ticks.ring'), start);
  const publication = memory.hub().publish(ticks(8));
  const reliable = memory.hub().subscribe(ticks(8), { name: 'reliable', reliable: true });
  const lossy = memory.hub().subscribe(ticks(8), { name: 'lossy' });
  const late = memory.hub().subscribe(ticks(8), { name: 'late' });
  expect(reliable.position).toBe(start);
  for (let sequence = 1; sequence <= 20; sequence++) {
    publish(publication, sequence, sequence);
    expect(sequences(reliable)).toEqual([sequence]);
    expect(sequences(lossy)).toEqual([sequence]);
    expect(lossy.position).toBe(start + sequence);
    expect(reliable.position).toBe(start + sequence);
  }
  const seen = sequences(late);
  expect(late.missed + seen.length).toBe(20);
  expect(seen).toEqual(seen.map((_, i) => 21 - seen.length + i));
  expect(publication.last()).toMatchObject({ sequence: 20 });
  expect(publish(publication, 21, 100)).toBe(8);
});

test('a reader that slept through more than 2^32 messages is told of every one', () => {
  const hub = memory.hub();
  const publication = hub.publish(ticks(8));
  publish(publication, 1, 3);
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', from: 'oldest' });
  hub.close();
  startRingAt(path.join(memory.directory(), 'test.ticks.ring'), 2 ** 33 + 3);
  const seen: number[] = [];
  subscription.poll((tick) => seen.push(tick.sequence));
  expect(subscription.missed + seen.length).toBe(2 ** 33 + 3);
});

test('a whole position follows from its low word and one nearby', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 50 }), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (near, distance) => {
      fc.pre(near + distance >= 0);
      expect(positionNear(near, lowWord(near + distance))).toBe(near + distance);
    }),
  );
});

test('the head is read whole before and after each half', () => {
  const words = new Int32Array(1024);
  for (const position of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 45 + 7]) {
    words[ringWord.head] = lowWord(position);
    words[ringWord.headHalves] = Math.floor(position / 2 ** 31);
    expect(headPosition(words)).toBe(position);
  }
});
