import fs from 'node:fs';
import path from 'node:path';
import { defineLayout } from '@nautilus/core/domain';
import { publish, sequences, ticks, useHubs } from './scratch';

const memory = useHubs();
const file = () => path.join(memory.directory(), 'test.ticks.ring');

function overwrite(at: number, ...bytes: number[]): void {
  const fd = fs.openSync(file(), 'r+');
  fs.writeSync(fd, Uint8Array.from(bytes), 0, bytes.length, at);
  fs.closeSync(fd);
}

const opening = () => memory.hub().subscribe(ticks(8), { name: 'a' });
const withCode = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message), fix: expect.any(String) });

test('a ring with another layout, capacity or kind is refused, saying both', () => {
  memory.hub().publish(ticks(8));
  const other = { ...ticks(8), layout: defineLayout('Tick', { sequence: 'f64', value: 'i32' }) };
  expect(() => memory.hub().publish(other)).toThrow(
    withCode('NAUT_LAYOUT_MISMATCH', /layout 0x[0-9a-f]+; .*layout 0x/),
  );
  expect(() => memory.hub().publish(ticks(16))).toThrow(
    withCode('NAUT_LAYOUT_MISMATCH', /8 × 64 bytes.*16 × 64 bytes/),
  );
});

test('a ring of another format version is refused', () => {
  memory.hub().publish(ticks(8));
  overwrite(4, 9);
  expect(opening).toThrow(withCode('NAUT_RING_VERSION', /version 9; this program reads version 1/));
});

test('a header with a flipped bit is refused', () => {
  memory.hub().publish(ticks(8));
  overwrite(20, 9);
  expect(opening).toThrow(withCode('NAUT_RING_CORRUPT', /damaged header/));
});

test.each([
  ['empty', 0],
  ['cut', 100],
  ['shorter than its header says', 8192],
])('a file that is %s is refused', (_, bytes) => {
  memory.hub().publish(ticks(8));
  fs.truncateSync(file(), bytes);
  expect(opening).toThrow(withCode('NAUT_RING_CORRUPT', /test\.ticks\.ring/));
});

test('a file of something else is refused', () => {
  fs.writeFileSync(file(), 'a text that is long enough to be taken for a header');
  expect(opening).toThrow(withCode('NAUT_RING_CORRUPT', /does not begin like/));
});

test.each([0, 1, 3, 2 ** 25, 8.5])('a capacity of %p is refused', (capacity) => {
  expect(() => memory.hub().publish(ticks(capacity))).toThrow(withCode('NAUT_TOPIC_INVALID', /power of two/));
});

test.each(['', '../escape', 'a/b', 'x'.repeat(65)])('%p is not a name', (name) => {
  expect(() => memory.hub().publish(ticks(8, name))).toThrow(expect.objectContaining({ code: 'NAUT_TOPIC_INVALID' }));
  expect(() => memory.hub().subscribe(ticks(8), { name, reliable: true })).toThrow(
    expect.objectContaining({ code: 'NAUT_TOPIC_INVALID' }),
  );
});

test('a dead reader is given up after the time that it allowed, and told what it missed', () => {
  const publication = memory.hub().publish(ticks(8));
  const hub = memory.hub();
  const options = { name: 'a', reliable: true, evictAfterMs: 1 };
  const subscription = hub.subscribe(ticks(8), options);
  publish(publication, 1, 8);
  expect(sequences(subscription, 2)).toEqual([1, 2]);
  publish(publication, 9, 10);
  for (const until = performance.now() + 200; performance.now() < until; ) {
    if (publication.claim()) throw new Error('a live reader was given up');
  }
  hub.close();
  let next = 11;
  while (next <= 30) next += publish(publication, next, 30);
  const again = memory.hub().subscribe(ticks(8), options);
  const seen = sequences(again);
  expect(seen.at(-1)).toBe(30);
  expect(again.missed).toBe(30 - 2 - seen.length);
  expect(publish(publication, 31, 100)).toBe(8);
});

test('a writer that died between its two stores at a multiple of 2^31 is repaired', () => {
  const hub = memory.hub();
  publish(hub.publish(ticks(8)), 1, 3);
  hub.close();
  overwrite(2 * 128 + 4, 1); // the halves are one ahead of the head
  const subscription = memory.hub().subscribe(ticks(8), { name: 'a', from: 'oldest' });
  expect(subscription.lag()).toBe(3);
  const publication = memory.hub().publish(ticks(8));
  publish(publication, 4, 4);
  expect(sequences(subscription)).toEqual([1, 2, 3, 4]);
});

test('a file system without room is an error, not a crash', () => {
  const noRoom = () => {
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  const spy = jest.spyOn(fs, 'writeSync').mockImplementation(noRoom);
  try {
    expect(opening).toThrow(withCode('NAUT_SHARED_MEMORY_FULL', /0\.0 MiB/));
  } finally {
    spy.mockRestore();
  }
  expect(fs.readdirSync(memory.directory())).toEqual([]);
});
