/** One of two containers that share rings and a buffer: `first|second directory`. The first measures and says what it found, a line of JSON for each step. */
import fs from 'node:fs';
import { defineLayout } from '../../engines/core/domain/layout';
import { echoTrips, openTrips } from '../../engines/core/measure';
import { SharedBuffers } from '../../engines/core/memory';
import { openHub } from '../../engines/core/transport';

const [role, directory] = process.argv.slice(2) as [string, string];
const Handover = defineLayout('Handover', { token: 'f64', sum: 'f64' });
const offered = { name: 'test.offered', layout: Handover, capacity: 16 };
const answered = { name: 'test.answered', layout: Handover, capacity: 16 };
const ELEMENTS = 1 << 20;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function waitFor(what: string, there: () => boolean): void {
  for (const until = performance.now() + 60_000; !there(); Atomics.wait(sleeper, 0, 0, 5)) {
    if (performance.now() > until) throw new Error(`${what}: not within a minute`);
  }
}

const say = (found: object) => fs.writeSync(1, `${JSON.stringify(found)}\n`);

function sumOf(numbers: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] as number;
  return sum;
}

function first(): void {
  const trips = openTrips(directory);
  waitFor('the echo comes', trips.hasEcho);
  trips.measure(50_000, 5000);
  const hops = trips
    .measure(200_000, 10_000)
    .map((ms) => (ms * 1e6) / 2)
    .sort();
  trips.end();
  trips.close();
  const at = (share: number) => Math.round(hops[Math.floor(hops.length * share)] as number);
  say({ hops: hops.length, p50Ns: at(0.5), p99Ns: at(0.99) });

  const hub = openHub({ directory });
  const offers = hub.publish(offered);
  const answers = hub.subscribe(answered, { name: 'first', reliable: true });
  waitFor('the other end reads', () => offers.hasReader('second'));
  const shared = SharedBuffers.in({ directory, owner: 'first' });
  const buffer = shared.create('numbers', ELEMENTS * 4);
  const numbers = buffer.view(Int32Array);
  for (let i = 0; i < ELEMENTS; i++) numbers[i] = i % 1000;
  const sum = sumOf(numbers);
  const offer = offers.claim();
  if (!offer) throw new Error('no room');
  offer.token = buffer.token;
  offer.sum = sum;
  offers.commit();
  let seen = Number.NaN;
  waitFor('the other end answers', () => answers.poll((answer) => void (seen = answer.sum)) > 0);
  say({ bytes: buffer.bytes, sum, seenByOther: seen, changedByOther: sumOf(numbers) - sum });

  waitFor('the other end is gone', () => !offers.hasReader('second'));
  const held = () =>
    shared
      .list()[0]
      ?.holders.map(({ owner, alive }) => `${owner}${alive ? '' : ' (dead)'}`)
      .sort();
  const before = held();
  shared.sweep();
  say({ writerAlive: answers.writerAlive(), before, after: held() });
  shared.close();
  hub.close();
}

function second(): void {
  echoTrips(directory);
  const hub = openHub({ directory });
  const offers = hub.subscribe(offered, { name: 'second', reliable: true });
  const answers = hub.publish(answered);
  const shared = SharedBuffers.in({ directory, owner: 'second' });
  waitFor(
    'a buffer is offered',
    () =>
      offers.poll(({ token }) => {
        const numbers = shared.openToken(token).view(Int32Array);
        const answer = answers.claim();
        if (!answer) throw new Error('no room');
        answer.token = token;
        answer.sum = sumOf(numbers);
        for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] as number) + 1;
        answers.commit();
      }) > 0,
  );
  // Holds the buffer until it is killed.
  for (;;) Atomics.wait(sleeper, 0, 0, 1000);
}

(role === 'first' ? first : second)();
