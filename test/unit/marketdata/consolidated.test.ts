import { BookEventKind, Side, venueOfOrder } from '@nautilus/core/domain';
import { OrderBook, Reject } from '@nautilus/core/matching';
import { Random } from '@nautilus/core/numerics';
import { InstrumentMarket } from '../../../engines/marketdata/book/instrument-market';
import { BookMirror, loadLobster } from '../../../engines/marketdata/lobster';
import { LobsterFeed } from '../../../engines/marketdata/lobster/feed';
import { sampleMessages } from './sample';

const TICK = 100;
const event = (venue: number, kind: number, orderId: number, side: number, price: number, quantity: number) => ({
  timeNs: 0,
  instrument: 1,
  venue,
  kind,
  orderId,
  side,
  price,
  quantity,
});

test('three venues together are the book that was recorded, after every event of the sample', async () => {
  const session = await loadLobster(sampleMessages);
  const mirror = new BookMirror(session);
  const market = new InstrumentMarket(1, TICK);
  const feed = new LobsterFeed(session, 1, venueOfOrder([{ share: 2 }, { share: 1 }, { share: 1 }]));
  let compared = 0;
  while (feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
    const { events } = feed;
    feed.take();
    if (market.apply(feed) !== 0) throw new Error(`step ${events} was refused`);
    if (feed.events === events) continue;
    mirror.advance(events, events);
    const { book } = mirror;
    const found = [market.best(Side.buy), market.bestQuantity, market.best(Side.sell), market.bestQuantity];
    const [bid, ask] = [book.bestBid() ?? 0, book.bestAsk() ?? 0];
    const recorded = [bid, book.bestQuantity(Side.buy), ask, book.bestQuantity(Side.sell)];
    if (!found.every((value, index) => value === recorded[index]))
      throw new Error(`event ${events}: ${found}, recorded ${recorded}`);
    compared++;
  }
  expect(compared).toBe(session.events.count);
  for (const side of [Side.buy, Side.sell])
    expect(market.depth(side, 1000).map(({ price, quantity, orders }) => ({ price, quantity, orders }))).toEqual(
      mirror.book.depth(side, 1000),
    );
});

test.each([1, 2])('depth over venues is the sum of a list of orders, seed %i', (seed) => {
  const random = new Random(seed);
  const market = new InstrumentMarket(1, TICK);
  interface Order {
    readonly venue: number;
    readonly id: number;
    readonly side: number;
    readonly price: number;
    quantity: number;
  }
  const orders: Order[] = [];
  for (let id = 1; id <= 3000; id++) {
    const order = orders[random.below(orders.length + 1)];
    if (order === undefined || random.below(10) < 6) {
      // An order of the same number at each venue: they are different ones.
      for (const venue of [0, 3]) {
        const side = random.below(2);
        const price = TICK * (side === Side.buy ? 100 - random.below(20) : 90 + random.below(20));
        const made = { venue, id, side, price, quantity: 1 + random.below(900) };
        orders.push(made);
        expect(market.apply(event(venue, BookEventKind.add, id, side, price, made.quantity))).toBe(0);
      }
      continue;
    }
    const by = 1 + random.below(order.quantity);
    const kind =
      by === order.quantity ? BookEventKind.remove : random.below(2) ? BookEventKind.execute : BookEventKind.reduce;
    expect(market.apply(event(order.venue, kind, order.id, order.side, order.price, by))).toBe(0);
    order.quantity -= by;
    if (order.quantity === 0) orders.splice(orders.indexOf(order), 1);
  }
  for (const side of [Side.buy, Side.sell])
    for (const venues of [[0, 3], [3]]) {
      const rest = orders.filter((order) => order.side === side && venues.includes(order.venue));
      const prices = [...new Set(rest.map(({ price }) => price))].sort((a, b) => (side === Side.buy ? b - a : a - b));
      const expected = prices.map((price) => {
        const level = rest.filter((order) => order.price === price);
        const sum = (all: readonly Order[]) => all.reduce((total, { quantity }) => total + quantity, 0);
        return {
          price,
          quantity: sum(level),
          orders: level.length,
          venues: venues.flatMap((venue) => {
            const there = level.filter((order) => order.venue === venue);
            return there.length > 0 ? [{ venue, quantity: sum(there) }] : [];
          }),
        };
      });
      expect(market.depth(side, 1000, venues.length === 1 ? venues[0] : undefined)).toEqual(expected);
      expect(market.depth(side, 3, venues.length === 1 ? venues[0] : undefined)).toEqual(expected.slice(0, 3));
      if (venues.length === 1) continue;
      const { price, quantity } = expected[0]!;
      expect([market.best(side), market.bestQuantity]).toEqual([price, quantity]);
    }
});

test('a book that grows keeps every order in its place', () => {
  const market = new InstrumentMarket(1, TICK);
  const book = new OrderBook({ capacity: 5000, increment: TICK });
  const random = new Random(5);
  for (let id = 1; id <= 5000; id++) {
    const [side, price, quantity] = [random.below(2), TICK * (1 + random.below(300)), 1 + random.below(100)];
    book.rest(id, side, price, quantity);
    market.apply(event(0, BookEventKind.add, id, side, price, quantity));
  }
  const [expected, found]: [number[][], number[][]] = [[], []];
  book.forEachOrder((...order) => expected.push(order));
  market.forEachOrder((_, ...order) => found.push(order));
  expect(found).toEqual(expected);
});

test('what a book cannot take changes nothing', () => {
  const market = new InstrumentMarket(1, TICK);
  const add = (id: number, price = 1000) => market.apply(event(0, BookEventKind.add, id, Side.buy, price, 5));
  expect(add(1)).toBe(0);
  expect(add(1)).toBe(Reject.duplicateOrder);
  expect(add(2, 1050)).toBe(Reject.price);
  expect(market.apply(event(0, BookEventKind.reduce, 9, Side.buy, 1000, 5))).toBe(Reject.unknownOrder);
  expect(market.apply(event(1, BookEventKind.remove, 1, Side.buy, 1000, 5))).toBe(Reject.unknownOrder);
  expect(market.depth(Side.buy, 5)).toEqual([
    { price: 1000, quantity: 5, orders: 1, venues: [{ venue: 0, quantity: 5 }] },
  ]);
});

test('a venue that is not relied on is not in the quotes, until it is again', () => {
  const market = new InstrumentMarket(1, TICK);
  market.apply(event(0, BookEventKind.add, 1, Side.buy, 1000, 5));
  market.apply(event(1, BookEventKind.add, 1, Side.buy, 900, 7));
  market.rely(0, false);
  expect([market.best(Side.buy), market.bestQuantity]).toEqual([900, 7]);
  expect(market.depth(Side.buy, 5)).toHaveLength(1);
  market.rely(0, true);
  expect([market.best(Side.buy), market.bestQuantity]).toEqual([1000, 5]);
  expect([market.best(Side.sell), market.bestQuantity]).toEqual([0, 0]);
});
