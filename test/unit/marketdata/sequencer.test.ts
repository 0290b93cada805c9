import { Random } from '@nautilus/core/numerics';
import { Sequencer } from '../../../engines/marketdata/feeds/sequencer';

const message = (number: number) => Uint8Array.of(number & 255, number >> 8);
const numberOf = (bytes: Uint8Array) => bytes[0]! + (bytes[1]! << 8);
/** Has every message. */
const retransmission = {
  request(from: number, to: number, take: (bytes: Uint8Array) => void) {
    for (let number = from; number < to; number++) take(message(number));
    return to - from;
  },
  close() {},
};

/** Everything that can be taken. */
function taken(sequencer: Sequencer): number[] {
  const numbers: number[] = [];
  for (let next = sequencer.take(); next !== undefined; next = sequencer.take()) numbers.push(numberOf(next));
  return numbers;
}

test('what comes twice is dropped, what comes early waits', () => {
  const sequencer = new Sequencer();
  const got: number[] = [];
  for (const number of [1, 1, 3, 3, 2, 4, 2]) {
    sequencer.offer(number, message(number), 0);
    got.push(...taken(sequencer));
  }
  expect(got).toEqual([1, 2, 3, 4]);
  expect(sequencer).toMatchObject({ duplicates: 3, reordered: 1, gaps: 0, open: false });
});

test('a message is missing when the window is full, or the time is over', () => {
  const full = new Sequencer({ window: 3, retransmission });
  for (const number of [2, 3]) full.offer(number, message(number), 0);
  full.wait(0);
  expect([full.open, full.gaps]).toEqual([true, 0]);
  full.offer(4, message(4), 0);
  full.wait(0);
  expect([full.gaps, taken(full)]).toEqual([1, [1, 2, 3, 4]]);
  const late = new Sequencer({ patienceNs: 100, retransmission });
  late.offer(2, message(2), 50);
  late.wait(149);
  expect(late.gaps).toBe(0);
  late.wait(150);
  expect([late.gaps, late.recovered, taken(late)]).toEqual([1, 1, [1, 2]]);
});

test('a heartbeat tells of what never came', () => {
  const sequencer = new Sequencer({ patienceNs: 10, retransmission });
  sequencer.announce(3, 0);
  expect(sequencer.open).toBe(true);
  sequencer.wait(10);
  expect(taken(sequencer)).toEqual([1, 2]);
  expect(sequencer.open).toBe(false);
});

test('what nobody has is lost, and one may go on behind it', () => {
  const some = {
    ...retransmission,
    request: (from: number, _: number, take: (bytes: Uint8Array) => void) => {
      take(message(from));
      return 1;
    },
  };
  const sequencer = new Sequencer({ retransmission: some });
  sequencer.offer(5, message(5), 0);
  sequencer.recover();
  expect(taken(sequencer)).toEqual([1]);
  expect(sequencer.lost).toEqual({ from: 2, count: 3 });
  sequencer.passOver();
  expect(taken(sequencer)).toEqual([5]);
});

test.each([1, 2, 3, 4])('duplicates, swaps and losses of any kind come out as they were sent, seed %i', (seed) => {
  const random = new Random(seed);
  const sequencer = new Sequencer({ window: 20, patienceNs: 300, retransmission });
  const sent = Array.from({ length: 3000 }, (_, index) => index + 1);
  const arriving = sent
    .flatMap((number) => {
      const copies = [0, 1, 1, 1, 1, 1, 1, 2][random.below(8)]!;
      return Array.from({ length: copies }, () => ({ number, at: number * 10 + random.below(200) }));
    })
    .sort((a, b) => a.at - b.at);
  const got: number[] = [];
  for (const { number, at } of arriving) {
    sequencer.offer(number, message(number), at);
    got.push(...taken(sequencer));
    sequencer.wait(at);
    got.push(...taken(sequencer));
  }
  sequencer.announce(sent.length + 1, 1e9);
  for (; sequencer.open; got.push(...taken(sequencer))) sequencer.recover();
  expect(got).toEqual(sent);
  expect(Math.min(sequencer.gaps, sequencer.recovered, sequencer.duplicates, sequencer.reordered)).toBeGreaterThan(50);
});
