import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Fill, NaiveBook } from '../../../bench/book/naive-book';
import { Side, TimeInForce } from '../../../engines/core/domain';
import { OrderBook, StateHash } from '../../../engines/core/matching';

type Command =
  | { kind: 'limit'; id: number; side: number; price: number; quantity: number; timeInForce: number }
  | { kind: 'market'; id: number; side: number; quantity: number }
  | { kind: 'rest'; id: number; side: number; price: number; quantity: number }
  | { kind: 'cancel'; id: number }
  | { kind: 'reduce'; id: number; by: number }
  | { kind: 'replace'; id: number; price: number; quantity: number };

interface Market {
  readonly increment: number;
  readonly capacity: number;
  readonly commands: readonly Command[];
}

const side = fc.constantFrom(Side.buy, Side.sell);
const timeInForce = fc.constantFrom(...Object.values(TimeInForce));
const quantity = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 1, max: 50 }) },
  { weight: 2, arbitrary: fc.constantFrom(0x7fffffff, 0x7ffffffe) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, 2 ** 31, Number.NaN) },
);

function market(increment: number): fc.Arbitrary<Market> {
  const largest = Math.floor(0x7fffffff / increment);
  const price = fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 995, max: 1005 }).map((tick) => tick * increment) },
    { weight: 4, arbitrary: fc.integer({ min: 500, max: 1600 }).map((tick) => tick * increment) },
    { weight: 3, arbitrary: fc.integer({ min: -largest, max: largest }).map((tick) => tick * increment) },
    { weight: 1, arbitrary: fc.constantFrom(-largest * increment, largest * increment, 0) },
    { weight: 1, arbitrary: fc.constantFrom(increment + 0.5, 2 ** 32 + 1000 * increment, Number.NaN, 1001) },
  );
  const id = fc.oneof(
    { weight: 40, arbitrary: fc.integer({ min: 1, max: 60 }) },
    { weight: 2, arbitrary: fc.constantFrom(0x7fffffff, 1 << 30) },
    { weight: 1, arbitrary: fc.constantFrom(0, -5, 2 ** 31, 2.5) },
  );
  const command: fc.Arbitrary<Command> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('limit'), id, side, price, quantity, timeInForce }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('market'), id, side, quantity }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('rest'), id, side, price, quantity }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), id }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('reduce'), id, by: quantity }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('replace'), id, price, quantity }) },
  ) as fc.Arbitrary<Command>;
  return fc.record({
    increment: fc.constant(increment),
    capacity: fc.constantFrom(1, 3, 12, 100),
    commands: fc.array(command, { minLength: 1, maxLength: 300, size: 'max' }),
  });
}

function apply(book: OrderBook | NaiveBook, command: Command): number {
  switch (command.kind) {
    case 'limit':
      return book.submitLimit(command.id, command.side, command.price, command.quantity, command.timeInForce);
    case 'market':
      return book.submitMarket(command.id, command.side, command.quantity);
    case 'rest':
      return book.rest(command.id, command.side, command.price, command.quantity);
    case 'cancel':
      return book.cancel(command.id);
    case 'reduce':
      return book.reduce(command.id, command.by);
    case 'replace':
      return book.replace(command.id, command.price, command.quantity);
  }
}

const fillsOf = ({ events }: OrderBook): Fill[] =>
  Array.from({ length: events.count }, (_, i) => ({
    maker: events.makerId(i),
    taker: events.takerId(i),
    price: events.price(i),
    quantity: events.quantity(i),
    makerLeft: events.makerLeft(i),
  }));

function listOf(book: OrderBook): [number, number, number, number][] {
  const list: [number, number, number, number][] = [];
  book.forEachOrder((id, orderSide, price, left) => list.push([id, orderSide, price, left]));
  return list;
}

function hashOf(orders: readonly (readonly number[])[]): string {
  const hash = new StateHash();
  for (const order of orders) for (const value of order) hash.add(value);
  return hash.hex();
}

function agrees({ increment, capacity, commands }: Market): void {
  // One page of prices to begin with, so that far prices make the pools grow.
  const book = new OrderBook({ capacity, increment, pages: 1 });
  const naive = new NaiveBook(capacity, increment);
  for (const command of commands) {
    assert.equal(apply(book, command), apply(naive, command));
    assert.deepEqual(fillsOf(book), naive.fills);
    assert.equal(book.size, naive.size);
    assert.equal(book.bestBid(), naive.best(Side.buy));
    assert.equal(book.bestAsk(), naive.best(Side.sell));
    for (const each of [Side.buy, Side.sell]) {
      const first = naive.list().find(([, orderSide]) => orderSide === each);
      assert.equal(book.firstOrder(each), first?.[0] ?? 0);
    }
    assert.equal(book.quantityAhead(command.id), naive.quantityAhead(command.id));
    if ('price' in command && 'side' in command) {
      const level = naive.depth(command.side).find(([price]) => price === command.price);
      assert.equal(book.quantityAt(command.side, command.price), level?.[1] ?? 0);
    }
  }
  for (const each of [Side.buy, Side.sell]) {
    const levels = naive.depth(each);
    assert.deepEqual(
      book.depth(each).map((level) => [level.price, level.quantity, level.orders]),
      levels,
    );
    const flat = new Float64Array(2 * levels.length + 2);
    assert.equal(book.readDepth(each, levels.length + 1, flat), levels.length);
    assert.deepEqual(
      [...flat.subarray(0, 2 * levels.length)],
      levels.flatMap((level) => level.slice(0, 2)),
    );
  }
  assert.deepEqual(listOf(book), naive.list());
  assert.equal(book.hash(), hashOf(naive.list()));
}

describe('the book does what the naive one does', () => {
  test.each([1, 7, 100, 10_000])('on random flows with an increment of %d', (increment) => {
    fc.assert(fc.property(market(increment), agrees), { numRuns: 250 });
  });
});
