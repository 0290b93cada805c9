import { Side, TimeInForce } from '../../../engines/core/domain';
import {
  MatchingEngine,
  MatchingOrderType,
  MatchingTimeInForce,
  NewOrder,
  OrderBook,
  SelfTradePrevention,
} from '../../../engines/core/matching';

const WARM_UP = 300_000;
const CAPACITY = 16_384;
const MIDDLE = 100_000;
/** Ids of orders that may still rest. */
const RECENT = 8192;

/** Marsaglia's xorshift without a closure: nothing here may allocate either. */
let state = 88_675_123;
function below(limit: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

/** A limit order near the middle each, every eighth one crossing; an older one is cancelled, reduced or replaced. */
function plainOrders(book: OrderBook, from: number, count: number): void {
  for (let id = from; id < from + count; id++) {
    const side = below(2);
    const away = id % 8 === 0 ? -20 : 1 + below(30);
    const price = side === Side.buy ? MIDDLE - away : MIDDLE + away;
    book.submitLimit(id, side, price, 1 + below(100), id % 8 === 0 ? TimeInForce.ioc : TimeInForce.day);
    const old = id - below(RECENT);
    if (id % 16 === 1) book.replace(old, MIDDLE + (below(2) === 0 ? -31 : 31), 1 + below(100));
    else if (id % 16 === 2) book.reduce(old, 1);
    else book.cancel(old);
    book.cancel(id - RECENT);
  }
}

/** The same of all kinds: stops, icebergs, orders with an end and an owner. */
function allOrders(engine: MatchingEngine, order: NewOrder, from: number, count: number): void {
  for (let id = from; id < from + count; id++) {
    const kind = id % 8;
    const away = kind === 0 ? -20 : 1 + below(30);
    order.id = id;
    order.side = below(2);
    order.type =
      kind === 5 ? MatchingOrderType.stop : kind === 6 ? MatchingOrderType.stopLimit : MatchingOrderType.limit;
    order.price = order.side === Side.buy ? MIDDLE - away : MIDDLE + away;
    order.stopPrice = order.side === Side.buy ? MIDDLE + below(25) : MIDDLE - below(25);
    order.quantity = 1 + below(100);
    order.display = kind === 1 ? 1 + (order.quantity >> 2) : 0;
    order.timeInForce =
      kind === 0 ? MatchingTimeInForce.ioc : kind === 2 ? MatchingTimeInForce.gtd : MatchingTimeInForce.gtc;
    order.expiry = id + below(RECENT) + 1;
    order.owner = 1 + below(200);
    order.selfTrade = kind === 0 ? 1 + below(SelfTradePrevention.decrementAndCancel) : 0;
    engine.submit(order);
    const old = id - below(RECENT);
    if (id % 16 === 1) engine.replace(old, MIDDLE + (below(2) === 0 ? -31 : 31), 1 + below(100));
    else if (id % 16 === 2) engine.reduce(old, 1);
    else engine.cancel(old);
    engine.cancel(id - RECENT);
    engine.advanceTime(id);
  }
}

/** Heap growth of `orders` orders, bytes; garbage counts. The first orders are for the compiler. */
function grown(orders: number, submit: (from: number, count: number) => void): number {
  submit(1, WARM_UP);
  submit(1 + WARM_UP, WARM_UP);
  globalThis.gc!();
  console.log('begin');
  const before = process.memoryUsage().heapUsed;
  submit(1 + 2 * WARM_UP, orders);
  const after = process.memoryUsage().heapUsed;
  console.log('end');
  return after - before;
}

const orders = Number(process.argv[3]);
if (process.argv[2] === 'book') {
  const book = new OrderBook({ capacity: CAPACITY });
  console.log(`grew ${grown(orders, (from, count) => plainOrders(book, from, count))}`);
} else {
  const engine = new MatchingEngine({ capacity: CAPACITY });
  const order = new NewOrder();
  console.log(`grew ${grown(orders, (from, count) => allOrders(engine, order, from, count))}`);
}
