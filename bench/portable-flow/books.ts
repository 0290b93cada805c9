import { Side, TimeInForce } from '@nautilus/core/domain';
import { OrderBook } from '@nautilus/core/matching';
import { OrderBook as PeerBook } from 'nodejs-order-book';
import { NaiveBook } from '../book/naive-book';
import { FLOW_STRIDE, FlowKind } from './flow';

/** A book that executes flows; every book that is right ends up with the same counts. */
interface Replay {
  /** Executes the commands of a flow from index `from` of its integers to before `to`. */
  run(flow: Int32Array, from: number, to: number): void;
  /** Trades, rejects, filled, live, and the best prices of buyers and sellers, 0 when there is none. */
  counts(): number[];
}

/** The platform's book, through what its users call. */
class PlatformReplay implements Replay {
  private readonly book: OrderBook;
  private trades = 0;
  private rejects = 0;
  private filled = 0;

  constructor(capacity: number) {
    this.book = new OrderBook({ capacity });
  }

  run(flow: Int32Array, from: number, to: number): void {
    const { book } = this;
    let trades = 0;
    let rejects = 0;
    let filled = 0;
    for (let at = from; at < to; at += FLOW_STRIDE) {
      const kind = flow[at]!;
      const id = flow[at + 1]!;
      if (kind === FlowKind.cancel) {
        if (book.cancel(id) < 0) rejects++;
      } else if (kind === FlowKind.reduce) {
        if (book.reduce(id, flow[at + 4]!) < 0) rejects++;
      } else {
        const timeInForce = kind === FlowKind.limit ? TimeInForce.day : TimeInForce.ioc;
        const result = book.submitLimit(id, flow[at + 2]!, flow[at + 3]!, flow[at + 4]!, timeInForce);
        if (result < 0) rejects++;
        else {
          filled += result;
          trades += book.events.count;
        }
      }
    }
    this.trades += trades;
    this.rejects += rejects;
    this.filled += filled;
  }

  counts(): number[] {
    const { book, trades, rejects, filled } = this;
    return [trades, rejects, filled, book.size, book.bestBid() ?? 0, book.bestAsk() ?? 0];
  }
}

/** Maps of arrays, as the tests have them to compare with. */
class NaiveReplay implements Replay {
  private readonly book: NaiveBook;
  private trades = 0;
  private rejects = 0;
  private filled = 0;

  constructor(capacity: number) {
    this.book = new NaiveBook(capacity);
  }

  run(flow: Int32Array, from: number, to: number): void {
    const { book } = this;
    for (let at = from; at < to; at += FLOW_STRIDE) {
      const [kind, id, side, price, quantity] = flow.subarray(at, at + FLOW_STRIDE) as unknown as FlowCommand;
      const timeInForce = kind === FlowKind.limit ? TimeInForce.day : TimeInForce.ioc;
      const takesOut = kind === FlowKind.cancel || kind === FlowKind.reduce;
      const result =
        kind === FlowKind.cancel
          ? book.cancel(id)
          : kind === FlowKind.reduce
            ? book.reduce(id, quantity)
            : book.submitLimit(id, side, price, quantity, timeInForce);
      if (result < 0) this.rejects++;
      else if (!takesOut) {
        this.filled += result;
        this.trades += book.fills.length;
      }
    }
  }

  counts(): number[] {
    const { book, trades, rejects, filled } = this;
    return [trades, rejects, filled, book.size, book.best(Side.buy) ?? 0, book.best(Side.sell) ?? 0];
  }
}

type FlowCommand = [kind: number, id: number, side: number, price: number, quantity: number];

/** npm's nodejs-order-book. Its ids are texts: they are made before the clock runs. */
class PeerReplay implements Replay {
  private readonly book = new PeerBook();
  private readonly names: readonly string[];
  private trades = 0;
  private rejects = 0;
  private filled = 0;
  private live = 0;

  constructor(_: number, flow: Int32Array) {
    let last = 0;
    for (let at = 1; at < flow.length; at += FLOW_STRIDE) last = Math.max(last, flow[at]!);
    this.names = Array.from({ length: last + 1 }, (_, id) => String(id));
  }

  run(flow: Int32Array, from: number, to: number): void {
    const { book, names } = this;
    for (let at = from; at < to; at += FLOW_STRIDE) {
      const kind = flow[at]!;
      const id = names[flow[at + 1]!]!;
      if (kind === FlowKind.cancel) {
        if (book.cancel(id) === undefined) this.rejects++;
        else this.live--;
        continue;
      }
      const size = flow[at + 4]!;
      const { done, partial, quantityLeft, err } = book.limit({
        id,
        side: (flow[at + 2] === Side.buy ? 'buy' : 'sell') as never,
        price: flow[at + 3]!,
        size,
        timeInForce: (kind === FlowKind.limit ? 'GTC' : 'IOC') as never,
      });
      if (err !== null) {
        this.rejects++;
        continue;
      }
      const finished = done.filter((order) => order.id !== id).length;
      this.trades += finished + (partial !== null && partial.id !== id ? 1 : 0);
      this.filled += size - quantityLeft;
      this.live += (kind === FlowKind.limit && quantityLeft > 0 ? 1 : 0) - finished;
    }
  }

  counts(): number[] {
    const { trades, rejects, filled, live } = this;
    const [asks, bids] = this.book.depth();
    return [trades, rejects, filled, live, bids[0]?.[0] ?? 0, asks[0]?.[0] ?? 0];
  }
}

/** Books by name. */
export const books: Readonly<Record<string, new (capacity: number, flow: Int32Array) => Replay>> = {
  platform: PlatformReplay,
  naive: NaiveReplay,
  'nodejs-order-book': PeerReplay,
};
