import { Side, TimeInForce } from '@nautilus/core/domain';
import { OrderBook } from '@nautilus/core/matching';
import { elapsed, measurement, repeat } from './measurement';
import type { Measurement } from './result';

const ROUNDS = 9;
const COMMANDS = 50_000;
const CAPACITY = 16_384;
const MIDDLE = 1_000_000;

/** Numbers that are the same in every run: George Marsaglia's xorshift, 32 bits. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A flow that a book lives on: of ten commands five place an order near the middle, four cancel one, one takes at any price. */
function commands(): Int32Array {
  const next = numbers(20_120_621);
  const flow = new Int32Array(COMMANDS * 4);
  for (let id = 1; id <= COMMANDS; id++) {
    const kind = next(10);
    const side = next(2) === 0 ? Side.buy : Side.sell;
    const away = next(50) - 5;
    const price = kind < 5 ? MIDDLE + (side === Side.buy ? -away : away) : 0;
    const target = kind < 9 && kind >= 5 ? 1 + next(id) : 0;
    flow.set([kind, side, kind < 5 ? price : target, 1 + next(100)], (id - 1) * 4);
  }
  return flow;
}

function apply(flow: Int32Array, book: OrderBook): void {
  for (let id = 1, at = 0; id <= COMMANDS; id++, at += 4) {
    const kind = flow[at]!;
    if (kind < 5) book.submitLimit(id, flow[at + 1]!, flow[at + 2]!, flow[at + 3]!, TimeInForce.day);
    else if (kind < 9) book.cancel(flow[at + 2]!);
    else book.submitMarket(id, flow[at + 1]!, flow[at + 3]!);
  }
}

/** Commands a second through the platform's own order book. */
export function measureOrderBook(until: number): Measurement {
  const flow = commands();
  const round = () => {
    const book = new OrderBook({ capacity: CAPACITY });
    return (COMMANDS / elapsed(() => apply(flow, book))) * 1000;
  };
  round(); // the compiler has seen it by then
  return measurement(
    {
      name: 'order book',
      what: `${COMMANDS} commands of one instrument, the same in every run: half of them orders, four tenths cancels, one tenth market orders`,
      unit: 'events/s',
    },
    repeat({ rounds: ROUNDS, until }, round),
  );
}
