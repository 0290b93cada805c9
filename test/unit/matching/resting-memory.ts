import { Side, TimeInForce } from '../../../engines/core/domain';
import { MatchingEngine, NewOrder, OrderBook } from '../../../engines/core/matching';

const ORDERS = 1_000_000;

/** A million orders on 2,000 prices of a side. */
function fill(submit: (id: number, side: number, price: number) => number): number {
  for (let id = 1; id <= ORDERS; id++) {
    const away = 1 + ((id * 7919) % 2000);
    const refused = submit(id, id & 1, (id & 1) === Side.buy ? 100_000 - away : 100_000 + away);
    if (refused !== 0) throw new Error(`order ${id} is answered with ${refused}`);
  }
  return ORDERS;
}

function fillBook(): OrderBook {
  const book = new OrderBook({ capacity: ORDERS });
  fill((id, side, price) => book.submitLimit(id, side, price, 100, TimeInForce.day));
  return book;
}

function fillEngine(): MatchingEngine {
  const engine = new MatchingEngine({ capacity: ORDERS });
  const order = new NewOrder();
  fill((id, side, price) => {
    order.id = id;
    order.side = side;
    order.price = price;
    order.quantity = 100;
    order.owner = id % 1000;
    return engine.submit(order);
  });
  return engine;
}

const before = process.memoryUsage();
const filled = process.argv[2] === 'book' ? fillBook() : fillEngine();
const after = process.memoryUsage();
const size = filled instanceof OrderBook ? filled.size : filled.book.size;
console.log(
  JSON.stringify({
    orders: size,
    bytesAnOrder: (after.arrayBuffers - before.arrayBuffers) / size,
    residentBytesAnOrder: (after.rss - before.rss) / size,
  }),
);
