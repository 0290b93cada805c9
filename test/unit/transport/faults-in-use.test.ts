import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bundle, run } from '../child-process';
import { publish, sequences, ticks, useHubs } from './scratch';
import { checkOf, tortureTopic } from './torture-topic';

jest.setTimeout(60_000);
const memory = useHubs();
let built: string;
let program: string;

beforeAll(() => {
  built = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : '/tmp', 'nautilus-test-'));
  program = bundle(path.join(__dirname, 'fault-child.ts'), built);
});
afterAll(() => fs.rmSync(built, { recursive: true }));

const file = () => path.join(memory.directory(), `${tortureTopic.name}.ring`);

/** A process that plays a role; `said` is what it printed when it has ended. */
function play(role: string) {
  const child = run(program, [role, memory.directory()], 'pipe');
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.process.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('ready')) resolve();
    });
    void child.ended.catch(reject);
  });
  ready.catch(() => {});
  return { ...child, ready, said: () => output };
}

test('a writer that is killed in the middle of a claim leaves no trace of it, and the next one goes on', async () => {
  expect(await play('dies-in-claim').ended).toBe('SIGKILL');
  const subscription = memory.hub().subscribe(tortureTopic, { name: 'a', from: 'oldest' });
  expect(subscription.writerAlive()).toBe(false);
  expect(subscription.lag()).toBe(3);
  const publication = memory.hub().publish(tortureTopic);
  expect(publication.last()).toMatchObject({ sequence: 3, check: checkOf(3, 0, 0) });
  expect(publish(publication, 4, 4)).toBe(1);
  expect(sequences(subscription)).toEqual([1, 2, 3, 4]);
});

test('a second writer is refused in another process too, and the first one goes on unharmed', async () => {
  const subscription = memory.hub().subscribe(tortureTopic, { name: 'a' });
  const first = play('writes');
  await first.ready;
  for (let i = 0; i < 3; i++) {
    const second = play('publishes');
    await second.ended;
    expect(second.said()).toMatch(/^NAUT_TOPIC_BUSY: .* already has a live writer \(process \d+/);
  }
  fs.writeFileSync(path.join(memory.directory(), 'stop'), '');
  await first.ended;
  const written = Number(fs.readFileSync(path.join(memory.directory(), 'written'), 'utf8'));
  let read = 0;
  while (
    subscription.poll((message) => {
      if (message.check !== checkOf(message.sequence, 0, 0)) throw new Error(`torn ${message.sequence}`);
      read++;
    }) > 0
  );
  expect(read + subscription.missed).toBe(written);
});

test('a ring that is removed under its ends still joins them; who looks after it is told, and so is nobody else by accident', async () => {
  const hub = memory.hub();
  const publication = hub.publish(tortureTopic);
  const reader = play('verifies');
  await reader.ready;
  hub.verify();
  fs.rmSync(file());
  await reader.ended;
  expect(reader.said()).toMatch(/NAUT_SHARED_MEMORY_REMOVED: .*torture\.ring was removed while it was in use/);
  expect(() => hub.verify()).toThrow(expect.objectContaining({ code: 'NAUT_SHARED_MEMORY_REMOVED' }));
  expect(publish(publication, 1, 5)).toBe(5);

  // Somebody who comes now makes another ring, and the old end says so.
  const other = memory.hub();
  const stranger = other.subscribe(tortureTopic, { name: 'b', from: 'oldest' });
  expect(sequences(stranger)).toEqual([]);
  other.verify();
  expect(() => hub.verify()).toThrow(
    expect.objectContaining({ code: 'NAUT_SHARED_MEMORY_REMOVED', message: expect.stringMatching(/replaced/) }),
  );
});

test('who looks at a ring before it reads finds it cut; who reads without looking dies of SIGBUS; both find it refused afterwards', async () => {
  memory.hub().publish(tortureTopic);
  const reader = play('polls');
  await reader.ready;
  const hub = memory.hub();
  hub.subscribe(tortureTopic, { name: 'b' });
  fs.truncateSync(file(), 0);
  expect(() => hub.verify()).toThrow(
    expect.objectContaining({ code: 'NAUT_RING_CORRUPT', message: expect.stringMatching(/was cut to 0 of \d+ bytes/) }),
  );
  // The memory is gone: no program can be spared this signal, only what it may break. Nothing of the journals is in the ring.
  expect(await reader.ended).toBe('SIGBUS');
  const again = play('polls');
  await again.ended;
  expect(again.said()).toMatch(/NAUT_RING_CORRUPT: .*torture\.ring/);
});

test('clocks that go backwards do no harm: nobody is given up early, nothing is lost', async () => {
  const publication = memory.hub().publish(ticks(8));
  const hub = memory.hub();
  const options = { name: 'a', reliable: true, evictAfterMs: 50 };
  const subscription = hub.subscribe(ticks(8), options);
  publish(publication, 1, 8);
  expect(sequences(subscription, 4)).toEqual([1, 2, 3, 4]);
  publish(publication, 9, 12);
  hub.close();
  let back = 1e9;
  const clocks = [
    jest.spyOn(performance, 'now').mockImplementation(() => (back -= 1000)),
    jest.spyOn(Date, 'now').mockImplementation(() => (back -= 1000)),
  ];
  try {
    for (let i = 0; i < 1000; i++) expect(publication.claim()).toBeUndefined();
  } finally {
    for (const clock of clocks) clock.mockRestore();
  }
  // With clocks that go forward again, the patience of the reader is counted from there.
  await delay(1);
  const again = memory.hub().subscribe(ticks(8), options);
  expect(sequences(again)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  expect(again.missed).toBe(0);
  expect(publish(publication, 13, 20)).toBe(8);
});
