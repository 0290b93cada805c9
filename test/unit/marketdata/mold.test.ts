import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BookEventKind } from '@nautilus/core/domain';
import { Random } from '@nautilus/core/numerics';
import { Sequencer } from '../../../engines/marketdata/feeds/sequencer';
import { ItchFeed } from '../../../engines/marketdata/itch/feed';
import { FileRetransmission } from '../../../engines/marketdata/itch/file-retransmission';
import { FramedMessages } from '../../../engines/marketdata/itch/framed-messages';
import { MoldMessages } from '../../../engines/marketdata/itch/mold-messages';
import { Packets } from '../../../engines/marketdata/itch/packets';
import { flow, instruments, written } from './itch-flow';
import { messagesOf, type Packet, packetsOf, pcap, timeOf } from './mold-packets';
import { inPieces } from './pieces';

const options = { instruments, venueOf: () => 0, skip: false, file: 'test.pcap' };

const feedOf = (packets: readonly Packet[], sequencer = new Sequencer(), skip = false, little = true) => {
  const source = new Packets(inPieces(pcap(packets, little), [5000, 17, 900]));
  return new ItchFeed(new MoldMessages(source, sequencer, 'test.pcap', skip), { ...options, skip });
};

interface Told {
  readonly kind: number;
  readonly timeNs: number;
  readonly stale: boolean;
  /** What was told but the time. */
  readonly what: string;
}
function play(feed: ItchFeed): Told[] {
  const told: Told[] = [];
  for (let next = feed.nextTimeNs; next !== Number.POSITIVE_INFINITY; next = feed.nextTimeNs) {
    if (Number.isNaN(next)) continue;
    feed.take();
    const { kind, timeNs, instrument, orderId, side, price, quantity, stale } = feed;
    told.push({ kind, timeNs, stale, what: [kind, instrument, orderId, side, price, quantity].join(' ') });
  }
  return told;
}
const events = (told: readonly Told[]) => told.filter(({ kind }) => kind !== BookEventKind.time);
const whats = (told: readonly Told[]) => events(told).map(({ what }) => what);
const ordered = (told: readonly Told[]) => told.every(({ timeNs }, i) => i === 0 || timeNs >= told[i - 1]!.timeNs);

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-mold-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
const stored = (bytes: Buffer) => {
  const file = path.join(folder, 'session.itch');
  fs.writeFileSync(file, bytes);
  return new FileRetransmission(file);
};

const { bytes } = flow(1, 3000);
const messages = messagesOf(bytes);
const reference = play(new ItchFeed(new FramedMessages(inPieces(bytes, [bytes.length])), options));

test.each([true, false])('packets in order say what the file does, at its times (little-endian: %s)', (little) => {
  const told = play(feedOf(packetsOf(messages, new Random(1)), new Sequencer(), false, little));
  expect(told).toEqual(reference);
});

test.each([1, 2, 3])('duplicates, swaps and losses change nothing but times, seed %i', (seed) => {
  const random = new Random(seed);
  const packets = packetsOf(messages, random);
  const end = packets.pop()!;
  const arriving = packets
    .flatMap((packet) =>
      Array.from({ length: [0, 1, 1, 1, 1, 2][random.below(6)]! }, () => ({
        ...packet,
        arrivedNs: packet.arrivedNs + random.below(20_000),
      })),
    )
    .sort((a, b) => a.arrivedNs - b.arrivedNs);
  const feed = feedOf(
    [...arriving, end],
    new Sequencer({ window: 30, patienceNs: 10_000, retransmission: stored(bytes) }),
  );
  const told = play(feed);
  expect(whats(told)).toEqual(whats(reference));
  expect(ordered(told)).toBe(true);
  const { duplicates, reordered, gaps, recovered } = feed.counts;
  expect(Math.min(duplicates, reordered, gaps, recovered)).toBeGreaterThan(50);
  // While something was missing the books were said to be stale, and at the end they are not.
  expect(told.some(({ stale, kind }) => stale && kind === BookEventKind.time)).toBe(true);
  expect(told.at(-1)!.stale).toBe(false);
  // What came late is told when it came, not when it was sent: never earlier.
  events(told).forEach(({ timeNs }, index) => {
    if (timeNs < reference[index]!.timeNs) throw new Error(`step ${index} is told before it was sent`);
  });
});

test('what nobody can bring ends the feed, or leaves its books stale for good', () => {
  const packets = packetsOf(messages, new Random(2));
  packets.splice(40, 1);
  expect(() => play(feedOf(packets))).toThrow(expect.objectContaining({ code: 'NAUT_FEED_MESSAGES_LOST' }));
  const feed = feedOf(packets, new Sequencer(), true);
  const told = play(feed);
  expect(feed.counts.gaps).toBe(1);
  expect(told.length).toBeGreaterThan(1000);
  expect(told.at(-1)!.stale).toBe(true);
  // A retransmission that lacks the end is no better.
  packets.splice(-3, 1);
  const short = stored(bytes.subarray(0, 5000));
  expect(() => play(feedOf(packets, new Sequencer({ retransmission: short })))).toThrow('no retransmission has them');
});

test('a line that falls silent is stale until it speaks again', () => {
  const packets = packetsOf(messages, new Random(3)).map((packet, index) => ({
    ...packet,
    arrivedNs: packet.arrivedNs + (index >= 50 ? 60e9 : 0),
  }));
  const told = play(feedOf(packets));
  const silent = told.filter(({ stale }) => stale);
  expect(silent).toHaveLength(1);
  const at = told.indexOf(silent[0]!);
  expect(told[at]!.timeNs - told[at - 1]!.timeNs).toBeGreaterThan(4e9);
  expect(told[at + 1]!.timeNs - told[at]!.timeNs).toBeGreaterThan(50e9);
  expect(whats(told)).toEqual(whats(reference));
});

/** The flow with the clock of the source set to another time from one message to another. */
function withClock(from: number, to: number, byNs: number): Packet[] {
  const packets = packetsOf(messages, new Random(4));
  return packets.map((packet) => ({
    ...packet,
    messages: packet.messages.map((message, index) => {
      const number = packet.first + index;
      if (number < from || number >= to) return message;
      const changed = Buffer.from(message);
      changed.writeUIntBE(timeOf(message) + byNs, 5, 6);
      return changed;
    }),
  }));
}

test.each([
  ['forward for a while', 500, 900, 3600e9],
  ['back for a while', 500, 900, -3600e9],
  ['forward for good', 500, 1e9, 7e9],
  ['back for good', 500, 1e9, -7e9],
])('a clock that jumps %s is counted and not followed', (_, from, to, by) => {
  const feed = feedOf(withClock(from, to, by));
  const told = play(feed);
  expect(feed.counts.clockJumps).toBe(1);
  expect(whats(told)).toEqual(whats(reference));
  expect(ordered(told)).toBe(true);
  told.forEach(({ timeNs }, index) => {
    if (Math.abs(timeNs - reference[index]!.timeNs) > 1e9) throw new Error(`step ${index} is told at ${timeNs}`);
  });
});

test('what is no capture, and one that is torn, are refused', () => {
  const packets = (bytes: Buffer) => () => {
    const source = new Packets(inPieces(bytes, [bytes.length]));
    while (source.next() !== 'end');
  };
  const whole = pcap(packetsOf(messages.slice(0, 10), new Random(1)));
  expect(packets(whole)).not.toThrow();
  expect(packets(whole.subarray(0, -3))).toThrow('ends within a packet');
  expect(packets(Buffer.alloc(30))).toThrow('no capture of packets');
  const wifi = Buffer.from(whole);
  wifi[20] = 105;
  expect(packets(wifi)).toThrow('of another link: 105');
});

test('the retransmission finds any range of a session', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => index);
  const file = stored(
    written((writer) => {
      for (const match of many) writer.message('B', { locate: 1, tracking: 0, timeNs: 0, match });
    }),
  );
  const random = new Random(1);
  for (let round = 0; round < 50; round++) {
    const from = 1 + random.below(many.length);
    const to = from + random.below(200);
    const got: number[] = [];
    expect(file.request(from, to, (message) => got.push(Number(Buffer.from(message).readBigUInt64BE(11))))).toBe(
      got.length,
    );
    expect(got).toEqual(many.slice(from - 1, to - 1));
  }
});
