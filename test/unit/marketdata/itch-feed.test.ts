import { BookEventKind, Side } from '@nautilus/core/domain';
import { InstrumentMarket } from '../../../engines/marketdata/book/instrument-market';
import { ItchFeed } from '../../../engines/marketdata/itch/feed';
import { FramedMessages } from '../../../engines/marketdata/itch/framed-messages';
import type { ItchWriter } from '../../../engines/marketdata/itch/writer';
import { flow, instruments, written } from './itch-flow';
import { inPieces } from './pieces';

const options = { instruments, venueOf: () => 0, skip: false, file: 'test.itch' };

const feedOf = (bytes: Uint8Array, skip = false, sizes: readonly number[] = [bytes.length]) =>
  new ItchFeed(new FramedMessages(inPieces(bytes, sizes)), { ...options, skip });

/** All steps of a feed. */
function steps(feed: ItchFeed) {
  const all: Record<string, number>[] = [];
  for (let next = feed.nextTimeNs; next !== Number.POSITIVE_INFINITY; next = feed.nextTimeNs) {
    if (Number.isNaN(next)) continue;
    feed.take();
    const { kind, timeNs, instrument, orderId, side, price, quantity } = feed;
    all.push({ kind, timeNs, instrument, orderId, side, price, quantity });
  }
  return all;
}

test.each([1, 2, 3])('random orders of seed %i rest in the books as they do in a list', (seed) => {
  const { bytes, live } = flow(seed, 5000);
  const markets = [undefined, new InstrumentMarket(1, 100), new InstrumentMarket(2, 100)];
  const feed = feedOf(bytes, false, [1, 40, 1000, 17]);
  for (let next = feed.nextTimeNs; next !== Number.POSITIVE_INFINITY; next = feed.nextTimeNs) {
    if (Number.isNaN(next)) continue;
    feed.take();
    expect(markets[feed.instrument]!.apply(feed)).toBe(0);
  }
  for (const instrument of [1, 2]) {
    const expected = live
      .filter(({ locate }) => locate === instrument + 6)
      .map(({ side, price, shares }) => `${side} ${price} ${shares}`);
    const rest: string[] = [];
    markets[instrument]!.forEachOrder((_, __, side, price, quantity) => {
      rest.push(`${side === Side.buy ? 'B' : 'S'} ${price} ${quantity}`);
    });
    expect(rest.sort()).toEqual(expected.sort());
  }
});

test('the steps do not depend on the pieces that the bytes come in', () => {
  const { bytes } = flow(4, 2000);
  expect(steps(feedOf(bytes, false, [3, 1, 900]))).toEqual(steps(feedOf(bytes)));
});

test('trades, crosses, halts and a replace are what they mean', () => {
  const head = (timeNs: number) => ({ locate: 7, tracking: 0, timeNs });
  const order = { side: 'S', shares: 10, stock: 'AAPL', price: 1000 };
  const all = steps(
    feedOf(
      written((writer) => {
        writer.message('A', { ...head(1), ...order, reference: 5 });
        writer.message('U', { ...head(2), original: 5, reference: 6, shares: 30, price: 1200 });
        writer.message('C', { ...head(3), reference: 6, shares: 10, match: 1, printable: 'Y', price: 1100 });
        writer.message('C', { ...head(3), reference: 6, shares: 10, match: 1, printable: 'N', price: 1100 });
        writer.message('P', { ...head(4), ...order, reference: 0, price: 1055, match: 2 });
        writer.message('Q', { ...head(5), shares: 100, stock: 'AAPL', price: 1150, match: 3, cross: 'O' });
        writer.message('Q', { ...head(5), shares: 0, stock: 'AAPL', price: 0, match: 4, cross: 'I' });
        writer.message('H', { ...head(6), stock: 'AAPL', state: 'H', reserved: '', reason: 'T1' });
        writer.message('H', { ...head(7), stock: 'AAPL', state: 'T', reserved: '', reason: '' });
        writer.message('B', { ...head(8), match: 2 });
      }),
    ),
  );
  const { add, remove, execute, reduce, executeHidden, halt } = BookEventKind;
  expect(all.map((s) => [s.timeNs, s.kind, s.orderId, s.price, s.quantity])).toEqual([
    [1, add, 1, 1000, 10],
    [2, remove, 1, 1000, 10],
    [2, add, 2, 1200, 30],
    [3, execute, 2, 1100, 10],
    [3, reduce, 2, 1200, 10],
    [4, executeHidden, 0, 1055, 10],
    [5, executeHidden, 0, 1150, 100],
    [6, halt, 0, -1, 0],
    [7, halt, 0, 1, 0],
  ]);
});

const add = { locate: 7, tracking: 0, timeNs: 50, reference: 5, side: 'B', shares: 10, stock: 'AAPL', price: 1000 };
const good = written((writer) => writer.message('A', add));
/** The good message, then a bad one. */
const then = (write: (writer: ItchWriter) => void) =>
  written((writer) => {
    writer.message('A', add);
    write(writer);
  });
const patched = (at: number, byte: number) => {
  const bytes = then((writer) => writer.message('A', { ...add, reference: 6 }));
  bytes[at] = byte;
  return bytes;
};
const at7 = { locate: 7, tracking: 0, timeNs: 50 };

test.each<[string, Buffer, string]>([
  ['an unknown type', patched(40, 'Z'.charCodeAt(0)), 'type is "Z"'],
  ['a wrong length', patched(39, 35), 'length is "35"'],
  ['time that goes back', then((w) => w.message('A', { ...add, reference: 6, timeNs: 49 })), 'time is "49"'],
  [
    'time after two days',
    then((w) => w.message('A', { ...add, reference: 6, timeNs: 2e14 })),
    'time is "200000000000000"',
  ],
  ['an unknown reference', then((w) => w.message('D', { ...at7, reference: 9 })), 'reference is "9"'],
  ['a reference that is there', then((w) => w.message('A', add)), 'reference is "5"'],
  [
    'a reference of another stock',
    then((w) => {
      w.message('A', { ...add, locate: 8, stock: 'MSFT', reference: 9 });
      w.message('D', { ...at7, locate: 8, reference: 5 });
    }),
    'reference is "5"',
  ],
  ['more than is left', then((w) => w.message('X', { ...at7, reference: 5, shares: 11 })), 'shares is "11"'],
  ['no shares', then((w) => w.message('A', { ...add, reference: 6, shares: 0 })), 'shares is "0"'],
  ['a price between ticks', then((w) => w.message('A', { ...add, reference: 6, price: 1001 })), 'price is "1001"'],
  ['a side', then((w) => w.message('A', { ...add, reference: 6, side: 'X' })), 'side is "X"'],
])('%s is refused with its byte, or left out and counted', (_, bytes, message) => {
  const strict = feedOf(bytes);
  strict.nextTimeNs;
  strict.take();
  expect(strict.orderId).toBe(1);
  expect(() => {
    while (strict.nextTimeNs !== Number.POSITIVE_INFINITY) strict.take();
  }).toThrow(
    expect.objectContaining({ code: 'NAUT_FEED_MESSAGE_MALFORMED', message: expect.stringContaining(message) }),
  );
  const lenient = feedOf(bytes, true);
  expect(steps(lenient)[0]).toMatchObject({ orderId: 1 });
  expect(lenient.counts.skipped).toBeGreaterThan(0);
});

test('the byte of a message that is refused is told', () => {
  const feed = feedOf(then((writer) => writer.message('D', { ...at7, reference: 9 })));
  expect(() => steps(feed)).toThrow(`message "D" at byte ${good.length - 2 + 2}: reference is "9"`);
});

test('a file that ends within a message is refused, or played up to there', () => {
  expect(() => steps(feedOf(good.subarray(0, 20)))).toThrow(
    expect.objectContaining({ code: 'NAUT_FEED_MESSAGE_TORN' }),
  );
  const lenient = feedOf(Buffer.concat([good.subarray(0, 38), good.subarray(0, 20)]), true);
  expect(steps(lenient)).toHaveLength(1);
  expect(lenient.counts.skipped).toBe(1);
});
