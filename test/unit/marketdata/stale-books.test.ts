/** What readers of the book events hear of books that cannot be relied on: once they are not, once they are again, also after a kill in between. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BookEvent, BookEventKind, EVERY_VENUE, topics, type ValuesOf } from '@nautilus/core/domain';
import { parseConfiguration, startEngine } from '@nautilus/core/kernel';
import { openHub } from '@nautilus/core/transport';
import pino from 'pino';
import { marketdata } from '../../../engines/marketdata/engine';
import { written } from './itch-flow';
import { messagesOf, pcap, timeOf } from './mold-packets';

type Event = ValuesOf<typeof BookEvent>;

/** Orders of two stocks in turn: four, eight seconds without a packet, four more. */
const line = written((writer) => {
  for (let order = 0; order < 8; order++) {
    const timeNs = 34_200e9 + order * 1e8 + (order < 4 ? 0 : 8e9);
    writer.add(1 + (order % 2), timeNs, 1 + order, 0, 100, order % 2 ? 'B' : 'A', 1_000_000);
  }
});

const folder = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-stale-'));
const capture = path.join(folder, 'line.pcap');
beforeAll(() => {
  const packets = messagesOf(line).map((message, index) => ({
    arrivedNs: timeOf(message) + 1e6,
    first: index + 1,
    messages: [message],
  }));
  fs.writeFileSync(capture, pcap(packets));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const instruments = ['A', 'B'].map((symbol, index) => ({ id: 3 + index, symbol, currency: 'USD', tickSize: 100 }));

/** All events up to the end, by an engine that finds `published` in its ring; and what it answers for late readers in between. */
async function play(name: string, feed: object, published: readonly Event[] = []): Promise<Event[]> {
  const sharedMemory = path.join(folder, name);
  const hub = openHub({ directory: sharedMemory });
  const writer = hub.publish(topics.bookEvents);
  for (const event of published) writer.claim()!.assign(event);
  writer.commit();
  writer.close();
  const configuration = parseConfiguration(
    {
      service: 'marketdata',
      profile: 'test',
      port: 0,
      sharedMemory,
      dataDirectory: path.join(folder, 'data'),
      poll: 'sleep',
      engine: {
        session: '2012-06-21',
        venues: [
          { name: 'X', share: 1 },
          { name: 'Y', share: 1 },
        ],
        instruments,
        feeds: [{ kind: 'itch', framing: 'moldudp64', file: capture, ...feed }],
        speed: 'full',
      },
    },
    marketdata,
  );
  const reader = hub.subscribe(topics.bookEvents, { name: 'ems', reliable: true, from: 'oldest' });
  const engine = await startEngine(marketdata, configuration, pino({ level: 'silent' }));
  const events: Event[] = [];
  try {
    for (let turn = 0; turn < 2000 && !events.some(({ kind }) => kind === BookEventKind.end); turn++) {
      if (reader.poll((event) => events.push(event.copy())) === 0)
        await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return events;
  } finally {
    await engine.stop();
    hub.close();
    fs.rmSync(sharedMemory, { recursive: true });
  }
}

const told = (events: readonly Event[]) =>
  events
    .filter(({ kind }) => kind !== BookEventKind.time)
    .map(({ kind, instrument, venue, price, orderId }) =>
      kind === BookEventKind.stale ? `${price ? 'stale' : 'right'} ${instrument} at ${venue}` : `${kind} ${orderId}`,
    );
/** Without a notice that says again what was said last of the book. */
const withoutRepeats = (events: readonly string[]) =>
  events.filter((event, at) => !/^(stale|right)/.test(event) || !events.slice(Math.max(0, at - 2), at).includes(event));

const add = (orderId: number) => `${BookEventKind.add} ${orderId}`;
const firstHalf = [1, 2, 3, 4].map(add);
/** The message that ends the silence is told, then that the books are right. */
const whole = (venue: number) => [
  ...firstHalf,
  `stale 3 at ${venue}`,
  `stale 4 at ${venue}`,
  add(5),
  `right 3 at ${venue}`,
  `right 4 at ${venue}`,
  ...[6, 7, 8].map(add),
  `${BookEventKind.end} 0`,
];

test('a line that falls silent makes its books stale until it speaks again', async () => {
  const events = await play('both', {});
  expect(told(events)).toEqual(whole(EVERY_VENUE));
  const stale = events.find(({ kind }) => kind === BookEventKind.stale)!;
  // Five seconds after the last packet, on the market's clock.
  expect(stale.timeNs).toBe(34_200.3e9 + 5e9);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(told(await play('one', { venue: 'Y' }))).toEqual(whole(1));
});

test('killed after any event, nothing of it is missing', async () => {
  const events = await play('once', {});
  const end = events.findIndex(({ kind }) => kind === BookEventKind.end);
  for (let cut = 1; cut <= end; cut++) {
    const again = await play(`cut${cut}`, {}, events.slice(0, cut));
    expect([cut, withoutRepeats(told(again))]).toEqual([cut, whole(EVERY_VENUE)]);
    expect(again.map(({ sequence }) => sequence)).toEqual(again.map((_, index) => index + 1));
  }
}, 60_000);

test('a feed that fails leaves its books stale for good', async () => {
  fs.writeFileSync(path.join(folder, 'torn.itch'), line.subarray(0, line.length - 10));
  const events = await play('torn', { framing: 'binaryfile', file: path.join(folder, 'torn.itch') });
  expect(told(events)).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7].map(add),
    `stale 3 at ${EVERY_VENUE}`,
    `stale 4 at ${EVERY_VENUE}`,
    `${BookEventKind.end} 0`,
  ]);
});
