/** Prints the bytes of memory that each of a million resting orders takes. */
import { Side, TimeInForce } from '@nautilus/core/domain';
import { OrderBook } from '@nautilus/core/matching';

const ORDERS = 1_000_000;
const MIDDLE = 100_000;

const before = process.memoryUsage();
const book = new OrderBook({ capacity: ORDERS });
for (let id = 1; id <= ORDERS; id++) {
  const side = id & 1;
  const away = 1 + ((id * 7919) % 2000);
  const refused = book.submitLimit(id, side, side === Side.buy ? MIDDLE - away : MIDDLE + away, 100, TimeInForce.day);
  if (refused !== 0) throw new Error(`order ${id} is answered with ${refused}`);
}
const after = process.memoryUsage();
console.log((after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed) / book.size);
