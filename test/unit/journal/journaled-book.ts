import type { SnapshotSink } from '@nautilus/core/journal';
import { OrderBook } from '@nautilus/core/matching';
import { Side, TimeInForce } from '../../../engines/core/domain';

const Kind = { limit: 0, market: 1, cancel: 2, reduce: 3, replace: 4 } as const;
const timesInForce = [TimeInForce.day, TimeInForce.day, TimeInForce.ioc, TimeInForce.fok, TimeInForce.postOnly];
const CAPACITY = 1 << 16;

/** Words of a command: number (twice, inverted the second time), kind, order, side, price, quantity, time in force. */
const WORDS = 8;

/** Command `number` of an endless flow: it follows from the number, so that whoever reads it back knows what it must be. */
export function command(number: number): Int32Array {
  let state = Math.imul(number, 0x9e3779b1);
  const random = (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const dice = random(100);
  const kind =
    dice < 66 ? Kind.limit : dice < 70 ? Kind.market : dice < 90 ? Kind.cancel : dice < 96 ? Kind.reduce : Kind.replace;
  const order = kind <= Kind.market ? number : Math.max(1, number - 1 - random(200));
  const side = random(2) === 0 ? Side.buy : Side.sell;
  return Int32Array.of(
    number,
    ~number,
    kind,
    order,
    side,
    10_000 + random(60) - 30,
    1 + random(100),
    timesInForce[random(timesInForce.length)] as number,
  );
}

/** An order book whose every command is a record; it can be told by its hash from any other. */
export class JournaledBook {
  private book = new OrderBook({ capacity: CAPACITY });
  /** Number of the last command. */
  last = 0;
  private trades = 0;
  private filled = 0;

  /** @throws Error when this is not the next command */
  apply(data: Uint8Array): void {
    const [number, inverse, kind, order, side, price, quantity, timeInForce] = new Int32Array(
      data.buffer,
      data.byteOffset,
      WORDS,
    ) as unknown as [number, number, number, number, number, number, number, number];
    if (number !== this.last + 1 || inverse !== ~number || data.length !== WORDS * 4)
      throw new Error(`command ${number} came after command ${this.last}`);
    this.last = number;
    const { book } = this;
    if (kind === Kind.limit) this.filled += Math.max(0, book.submitLimit(order, side, price, quantity, timeInForce));
    else if (kind === Kind.market) this.filled += Math.max(0, book.submitMarket(order, side, quantity));
    else if (kind === Kind.cancel) book.cancel(order);
    else if (kind === Kind.reduce) book.reduce(order, quantity);
    else this.filled += Math.max(0, book.replace(order, price, quantity));
    this.trades += book.events.count;
  }

  hash(): string {
    return `${this.book.hash()}-${this.trades}-${this.filled}`;
  }

  save(sink: SnapshotSink): void {
    const resting: number[] = [];
    this.book.forEachOrder((id, side, price, quantity) => resting.push(id, side, price, quantity));
    sink.write(new Uint8Array(Float64Array.of(this.last, this.trades, this.filled).buffer));
    sink.write(new Uint8Array(Int32Array.from(resting).buffer));
  }

  restore(state: Uint8Array): void {
    [this.last, this.trades, this.filled] = new Float64Array(state.buffer, state.byteOffset, 3) as unknown as [
      number,
      number,
      number,
    ];
    this.book = new OrderBook({ capacity: CAPACITY });
    const resting = new Int32Array(state.buffer, state.byteOffset + 24, (state.length - 24) >> 2);
    for (let at = 0; at < resting.length; at += 4) {
      const [id, side, price, quantity] = resting.subarray(at, at + 4) as unknown as [number, number, number, number];
      if (this.book.rest(id, side, price, quantity) !== 0) throw new Error(`order ${id} of the snapshot is refused`);
    }
  }
}
