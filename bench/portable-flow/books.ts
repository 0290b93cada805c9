import { TimeInForce } from '@nautilus/core/domain';
import { OrderBook } from '@nautilus/core/matching';
import { OrderBook as PeerBook } from 'nodejs-order-book';
import { NaiveBook } from '../book/naive-book';
import { FLOW_STRIDE, FlowKind } from './flow';

/** What a book made of a flow; every book that is right makes the same. */
export interface Counts {
  readonly trades: number;
  readonly rejects: number;
  readonly filled: number;
  readonly live: number;
}

export type Replay = (flow: Int32Array) => Counts;

const CAPACITY = 1 << 16;

/** The platform's book, through what its users call. */
function platformBook(flow: Int32Array): Counts {
  const book = new OrderBook({ capacity: CAPACITY });
  let trades = 0;
  let rejects = 0;
  let filled = 0;
  for (let at = 0; at < flow.length; at += FLOW_STRIDE) {
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
  return { trades, rejects, filled, live: book.size };
}

/** Maps of arrays, as the tests have them to compare with. */
function naiveBook(flow: Int32Array): Counts {
  const book = new NaiveBook(CAPACITY);
  let trades = 0;
  let rejects = 0;
  let filled = 0;
  for (let at = 0; at < flow.length; at += FLOW_STRIDE) {
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
        trades += book.fills.length;
      }
    }
  }
  return { trades, rejects, filled, live: book.size };
}

/** npm's nodejs-order-book. Its ids are texts: they are made before the clock runs. */
function peerBook(flow: Int32Array): Counts {
  const book = new PeerBook();
  const names = Array.from({ length: flow.length / FLOW_STRIDE + 1 }, (_, id) => String(id));
  let trades = 0;
  let rejects = 0;
  let filled = 0;
  let live = 0;
  for (let at = 0; at < flow.length; at += FLOW_STRIDE) {
    const kind = flow[at]!;
    const id = names[flow[at + 1]!]!;
    if (kind === FlowKind.cancel) {
      if (book.cancel(id) === undefined) rejects++;
      else live--;
      continue;
    }
    const size = flow[at + 4]!;
    const { done, partial, quantityLeft, err } = book.limit({
      id,
      side: (flow[at + 2] === 0 ? 'buy' : 'sell') as never,
      price: flow[at + 3]!,
      size,
      timeInForce: (kind === FlowKind.limit ? 'GTC' : 'IOC') as never,
    });
    if (err !== null) {
      rejects++;
      continue;
    }
    const finished = done.filter((order) => order.id !== id).length;
    trades += finished + (partial !== null && partial.id !== id ? 1 : 0);
    filled += size - quantityLeft;
    live += (kind === FlowKind.limit && quantityLeft > 0 ? 1 : 0) - finished;
  }
  return { trades, rejects, filled, live };
}

export const books: Readonly<Record<string, Replay>> = {
  platform: platformBook,
  naive: naiveBook,
  'nodejs-order-book': peerBook,
};
