import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BookEventKind } from '@nautilus/core/domain';
import { StateHash } from '@nautilus/core/matching';
import { Random } from '@nautilus/core/numerics';
import type { Feed, FeedEvent } from '../../../engines/marketdata/feeds/feed';
import { RecordingFeed } from '../../../engines/marketdata/recording/feed';
import { BLOCK_EVENTS } from '../../../engines/marketdata/recording/format';
import { RecordingReader } from '../../../engines/marketdata/recording/reader';
import { RecordingWriter } from '../../../engines/marketdata/recording/writer';
import { SyntheticFeed } from '../../../engines/marketdata/synthetic/feed';

const instruments = [
  { id: 3, symbol: 'AAPL', currency: 'USD', tickSize: 100 },
  { id: 1000, symbol: 'MSFT', currency: 'USD', tickSize: 1 },
];
const header = { session: '2012-06-21', instruments, venues: ['XSIM', 'YSIM'] };

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-recording-'));
  file = path.join(folder, 'day.naut');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const copy = ({ kind, timeNs, instrument, venue, orderId, side, price, quantity }: FeedEvent): FeedEvent => ({
  kind,
  timeNs,
  instrument,
  venue,
  orderId,
  side,
  price,
  quantity,
});

/** Any events that a feed may say: times of every distance, prices of both signs, the largest numbers. */
function anyEvents(count: number, seed: number): FeedEvent[] {
  const random = new Random(seed);
  let timeNs = 0;
  return Array.from({ length: count }, () => {
    timeNs += random.below(4) === 0 ? random.below(2 ** 36) : random.below(3);
    return {
      kind: 1 + random.below(7),
      timeNs,
      instrument: random.below(2) ? 3 : 1000,
      venue: random.below(2),
      orderId: random.below(2) ? random.below(2 ** 31) : random.below(100),
      side: random.below(2),
      price: random.below(10) === 0 ? 0x7fffffff : random.below(1000) - 1,
      quantity: random.below(2 ** random.below(31)),
    };
  });
}

function write(events: Iterable<FeedEvent>): void {
  const writer = new RecordingWriter(file, header);
  for (const event of events) writer.add(event);
  writer.finish();
}

function readAll(reader = new RecordingReader(file)): FeedEvent[] {
  const events: FeedEvent[] = [];
  while (reader.nextTimeNs !== Number.POSITIVE_INFINITY) {
    const { nextTimeNs } = reader;
    reader.next();
    if (reader.timeNs !== nextTimeNs) throw new Error(`${reader.timeNs} came where ${nextTimeNs} was told`);
    events.push(copy(reader));
  }
  reader.close();
  return events;
}

const code = (name: string) => expect.objectContaining({ code: `NAUT_FEED_${name}` });

test.each([0, 1, 5, BLOCK_EVENTS, BLOCK_EVENTS + 1, 3 * BLOCK_EVENTS + 7])('%i events are read as written', (count) => {
  const events = anyEvents(count, count + 1);
  write(events);
  const reader = new RecordingReader(file);
  expect(reader).toMatchObject({ events: count, tornBytes: 0, endNs: events.at(-1)?.timeNs ?? 0 });
  expect(reader.header).toMatchObject(header);
  expect(readAll(reader)).toEqual(events);
});

test('a time is sought by the index', () => {
  const events = anyEvents(3 * BLOCK_EVENTS, 9);
  write(events);
  const reader = new RecordingReader(file);
  const random = new Random(1);
  for (let round = 0; round < 50; round++) {
    const timeNs = Math.floor(random.uniform() * events.at(-1)!.timeNs);
    reader.seek(timeNs);
    reader.next();
    expect(copy(reader)).toEqual(events.find((event) => event.timeNs >= timeNs));
  }
  reader.seek(events.at(-1)!.timeNs + 1);
  expect(reader.nextTimeNs).toBe(Number.POSITIVE_INFINITY);
});

test('of a file that was torn off anywhere all whole blocks are read', () => {
  const events = anyEvents(3 * BLOCK_EVENTS, 4);
  write(events);
  const { blocks } = new RecordingReader(file);
  const whole = fs.readFileSync(file);
  const [, second, third] = blocks;
  for (const size of [whole.length - 1, third!.offset + 1, third!.offset, third!.offset - 1, second!.offset + 39]) {
    fs.writeFileSync(file, whole.subarray(0, size));
    const reader = new RecordingReader(file);
    const left = blocks.filter((_, index) => (blocks[index + 1]?.offset ?? blockEnd(whole)) <= size).length;
    expect(reader.events).toBe(left * BLOCK_EVENTS);
    expect(reader.tornBytes).toBeGreaterThanOrEqual(0);
    expect(readAll(reader)).toEqual(events.slice(0, left * BLOCK_EVENTS));
  }
});

/** Where the index of a whole file stands: after the last block. */
const blockEnd = (whole: Buffer): number => whole.readDoubleLE(whole.length - 16);

test('a byte that changed is found, wherever it is', () => {
  write(anyEvents(2 * BLOCK_EVENTS, 5));
  const whole = fs.readFileSync(file);
  const { blocks } = new RecordingReader(file);
  const random = new Random(3);
  const places = Array.from({ length: 60 }, () => random.below(whole.length - 8));
  for (const at of [...places, 0, 9, 12, 20, blocks[0]!.offset, blocks[1]!.offset + 4, whole.length - 17]) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 1 << random.below(8);
    fs.writeFileSync(file, bytes);
    expect(() => readAll()).toThrow(expect.objectContaining({ code: expect.stringMatching(/^NAUT_FEED_RECORDING_/) }));
  }
});

test('a damaged block is refused with its place', () => {
  write(anyEvents(2 * BLOCK_EVENTS, 5));
  const { blocks } = new RecordingReader(file);
  const { offset } = blocks[1]!;
  const bytes = fs.readFileSync(file);
  bytes[offset + 100]! ^= 4;
  fs.writeFileSync(file, bytes);
  expect(() => readAll()).toThrow(`the block at byte ${offset} is damaged`);
});

test('what is no recording is refused', () => {
  fs.writeFileSync(file, 'time,type\n');
  expect(() => new RecordingReader(file)).toThrow(code('RECORDING_UNKNOWN'));
  fs.writeFileSync(file, '');
  expect(() => new RecordingReader(file)).toThrow(code('RECORDING_UNKNOWN'));
  expect(() => new RecordingReader(path.join(folder, 'none'))).toThrow(code('FILE_UNREADABLE'));
  expect(() => new RecordingWriter(path.join(folder, 'none', 'x'), header)).toThrow(code('RECORDING_UNWRITABLE'));
});

/** What a feed says, all of it, as a number. */
function hashOf(feed: Feed): string {
  const hash = new StateHash();
  while (feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
    feed.take();
    for (const value of Object.values(copy(feed))) {
      hash.add(value % 2 ** 32);
      hash.add(Math.floor(value / 2 ** 32));
    }
  }
  return hash.hex();
}
const played = new Map(instruments.map((one) => [one.symbol, one]));

test('a market that is recorded and replayed has the same hash', () => {
  const market = () =>
    new SyntheticFeed({
      instruments,
      venueOf: (id) => id % 2,
      seed: 7,
      startSeconds: 34_200,
      seconds: 300,
      rate: 40,
      branching: 0.6,
      decay: 4,
      firstPrice: 500_000,
    });
  const live = market();
  const writer = new RecordingWriter(file, header);
  for (; live.nextTimeNs !== Number.POSITIVE_INFINITY; writer.add(live)) live.take();
  writer.finish();
  expect(writer.events).toBeGreaterThan(10_000);
  const replay = new RecordingFeed(new RecordingReader(file), played, ['XSIM', 'YSIM']);
  expect(hashOf(replay)).toBe(hashOf(market()));
  expect(fs.statSync(file).size / writer.events).toBeLessThan(16);
});

test('venues and instruments are found by their names, and others are passed over', () => {
  const common = { kind: BookEventKind.add, side: 0, price: 100, quantity: 5 };
  write([
    { ...common, timeNs: 1, instrument: 3, venue: 1, orderId: 1 },
    { ...common, timeNs: 2, instrument: 1000, venue: 0, orderId: 2 },
  ]);
  const here = new Map([['MSFT', { id: 8, tickSize: 1 }]]);
  const feed = new RecordingFeed(new RecordingReader(file), here, ['A', 'YSIM', 'XSIM']);
  feed.take();
  expect(copy(feed)).toMatchObject({ timeNs: 2, instrument: 8, venue: 2, orderId: 2 });
  expect(feed.nextTimeNs).toBe(Number.POSITIVE_INFINITY);
  expect(() => new RecordingFeed(new RecordingReader(file), here, ['XSIM'])).toThrow(code('RECORDING_OTHER'));
  const coarse = new Map([['AAPL', { id: 3, tickSize: 7 }]]);
  expect(() => new RecordingFeed(new RecordingReader(file), coarse, header.venues)).toThrow(code('RECORDING_OTHER'));
});
