import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Hub, openHub } from '@nautilus/core/transport';
import { bundle, run } from '../child-process';
import { publish, sequences, ticks, useHubs } from './scratch';
import { controlTable, hashAfter, sessionTopic } from './torture-topic';

jest.setTimeout(60_000);
const memory = useHubs();

const encode = (state: number) => new Uint8Array(Float64Array.of(state).buffer);
const decode = (state: Uint8Array) => new Float64Array(state.slice().buffer)[0] as number;

function join(hub: Hub, reliable: boolean) {
  const restored: [number, number][] = [];
  const subscription = hub.subscribe(ticks(8), {
    name: 'late',
    reliable,
    restore: (state, position) => restored.push([decode(state), position]),
  });
  return { subscription, restored };
}

describe.each([true, false])('a reader (reliable: %p) that comes late', (reliable) => {
  test('starts with the snapshot that is there, and goes on with the message after it', () => {
    const publication = memory.hub().publish(ticks(8));
    const snapshots = memory.hub().snapshots(ticks(8));
    publish(publication, 1, 30);
    snapshots.write(publication.position, encode(30));
    publish(publication, 31, 33);
    const { subscription, restored } = join(memory.hub(), reliable);
    expect(sequences(subscription)).toEqual([31, 32, 33]);
    expect(restored).toEqual([[30, 30]]);
    publish(publication, 34, 34);
    expect(sequences(subscription)).toEqual([34]);
    expect(restored).toHaveLength(1);
    expect(subscription.missed).toBe(0);
  });

  test('asks for a snapshot when there is none, and reads nothing until it has one', () => {
    const publication = memory.hub().publish(ticks(8));
    const snapshots = memory.hub().snapshots(ticks(8));
    publish(publication, 1, 30);
    expect(snapshots.wanted()).toBe(false);
    const { subscription, restored } = join(memory.hub(), reliable);
    publish(publication, 31, 32);
    expect(sequences(subscription)).toEqual([]);
    expect(snapshots.wanted()).toBe(true);
    snapshots.write(publication.position, encode(32));
    expect(snapshots.wanted()).toBe(false);
    publish(publication, 33, 35);
    expect(sequences(subscription)).toEqual([33, 34, 35]);
    expect(restored).toEqual([[32, 32]]);
  });

  test('asks for another one when the messages after it are gone', () => {
    const publication = memory.hub().publish(ticks(8));
    const snapshots = memory.hub().snapshots(ticks(8));
    publish(publication, 1, 5);
    snapshots.write(publication.position, encode(5));
    publish(publication, 6, 40);
    const { subscription, restored } = join(memory.hub(), reliable);
    expect(sequences(subscription)).toEqual([]);
    expect(snapshots.wanted()).toBe(true);
    snapshots.write(publication.position, encode(40));
    publish(publication, 41, 41);
    expect(sequences(subscription)).toEqual([41]);
    expect(restored).toEqual([[40, 40]]);
  });

  test('does not take a snapshot of a ring that had the name before', () => {
    const first = memory.hub();
    const old = first.publish(ticks(8));
    publish(old, 1, 3);
    first.snapshots(ticks(8)).write(3, encode(3));
    first.close();
    fs.rmSync(path.join(memory.directory(), 'test.ticks.ring'));
    const publication = memory.hub().publish(ticks(8));
    publish(publication, 1, 4);
    const { subscription, restored } = join(memory.hub(), reliable);
    expect(sequences(subscription)).toEqual([]);
    expect(restored).toEqual([]);
  });
});

test('a damaged snapshot is refused', () => {
  const publication = memory.hub().publish(ticks(8));
  memory.hub().snapshots(ticks(8)).write(0, encode(7));
  const file = path.join(memory.directory(), 'test.ticks.snapshot');
  const bytes = fs.readFileSync(file);
  for (const at of [4, 17, bytes.length - 1]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] as number) ^ 1;
    fs.writeFileSync(file, damaged);
    expect(() => join(memory.hub(), false)).toThrow(expect.objectContaining({ code: 'NAUT_SNAPSHOT_INVALID' }));
  }
  fs.writeFileSync(file, bytes.subarray(0, 20));
  expect(() => join(memory.hub(), false)).toThrow(expect.objectContaining({ code: 'NAUT_SNAPSHOT_INVALID' }));
  publish(publication, 1, 1);
});

test('one process writes the snapshots of a topic', () => {
  memory.hub().snapshots(ticks(8));
  expect(() => memory.hub().snapshots(ticks(8))).toThrow(expect.objectContaining({ code: 'NAUT_TOPIC_BUSY' }));
});

test('while a writer runs, is killed and runs again, everyone who joins has its state and then every message', async () => {
  const rings = path.join(memory.directory(), 'rings');
  const hub = openHub({ directory: rings });
  const control = hub.table(controlTable);
  const program = bundle(path.join(__dirname, 'late-join-child.ts'), memory.directory());
  let writer = run(program, [rings]);
  const joins = 60 * Number(process.env.NAUTILUS_SOAK ?? 1);
  let messages = 0;
  let kills = 0;
  for (let joined = 0; joined < joins; joined++) {
    const mine = openHub({ directory: rings });
    let hash: number | undefined;
    let sequence = 0;
    const subscription = mine.subscribe(sessionTopic, {
      name: 'late',
      reliable: joined % 2 === 0,
      restore: (state, position) => {
        hash = new Int32Array(state.slice().buffer)[0] as number;
        sequence = position;
      },
    });
    const until = 200 + Math.random() * 2000;
    for (let read = 0; read < until && subscription.missed === 0; ) {
      read += subscription.poll((message) => {
        if (subscription.missed > 0) return;
        sequence++;
        hash = hashAfter(hash as number, sequence);
        expect([message.sequence, message.hash]).toEqual([sequence, hash]);
        messages++;
      });
      if (joined % 10 === 5 && read > 0 && kills < joined / 10) {
        kills++;
        writer.process.kill('SIGKILL');
        await writer.ended;
        writer = run(program, [rings]);
      }
      await new Promise(setImmediate);
    }
    subscription.close();
    // A reliable reader that is gone for good would hold the writer back: it comes again as one that is not waited for.
    mine.subscribe(sessionTopic, { name: 'late', from: 'cursor' }).close();
    mine.close();
    await delay(Math.random() * 3);
  }
  control.write(0, (row) => {
    row.ending = 1;
  });
  await writer.ended;
  hub.close();
  process.stdout.write(`late joiners: ${joins} joined, ${messages} messages checked, writer killed ${kills} times\n`);
  expect(messages).toBeGreaterThan(joins * 10);
  expect(kills).toBeGreaterThan(0);
});
