/** The simulated exchange over the real flow of AAPL, beside the market-data engine's mirror of the same file. */
import path from 'node:path';
import { BookEventKind, OrderType, Side, TimeInForce } from '@nautilus/core/domain';
import type { OrderBook } from '@nautilus/core/matching';
import { VenueEventKind } from '../../../engines/ems/venue/events';
import type { SimulatedBook } from '../../../engines/ems/venue/simulated-book';
import { SimulatedVenue } from '../../../engines/ems/venue/simulated-venue';
import { BookMirror, type LobsterSession, LobsterType, loadLobster } from '../../../engines/marketdata/lobster';

const file = path.join(__dirname, '../../../engines/marketdata/data/AAPL_2012-06-21_message_50_first40000.csv.gz');
const kinds: Record<number, number> = {
  [LobsterType.add]: BookEventKind.add,
  [LobsterType.reduce]: BookEventKind.reduce,
  [LobsterType.remove]: BookEventKind.remove,
  [LobsterType.execute]: BookEventKind.execute,
};

/** Plays the file into the venue and the mirror; `after` sees both after every event. */
function replay(session: LobsterSession, venue: SimulatedVenue, after: (mirror: OrderBook, index: number) => void) {
  const mirror = new BookMirror(session);
  const { events } = session;
  for (let index = 0; index < events.count; index++) {
    for (let unseen = mirror.takeUnseen(index); unseen; unseen = mirror.takeUnseen(index))
      venue.apply({ kind: BookEventKind.add, instrument: 1, orderId: unseen.id, ...unseen });
    mirror.apply(index);
    venue.apply({
      kind: kinds[events.type[index]!] ?? BookEventKind.executeHidden,
      instrument: 1,
      orderId: events.orderId[index]!,
      side: events.side[index]!,
      price: events.price[index]!,
      quantity: events.size[index]!,
    });
    after(mirror.book, index);
  }
}

const listOf = (book: OrderBook): number[] => {
  const orders: number[] = [];
  book.forEachOrder((_, side, price, quantity) => orders.push(side, price, quantity));
  return orders;
};

const best = (book: OrderBook): string =>
  [book.bestBid(), book.bestQuantity(Side.buy), book.bestAsk(), book.bestQuantity(Side.sell)].join(' ');

describe('the AAPL sample', () => {
  let session: LobsterSession;
  let venue: SimulatedVenue;
  let simulated: SimulatedBook;

  beforeAll(async () => {
    session = await loadLobster(file);
  });
  beforeEach(() => {
    venue = new SimulatedVenue({ name: 'XSIM', capacity: 65_536, instruments: [{ id: 1, tickSize: 100 }] });
    simulated = venue.bookOf(1)!;
  });

  test('without orders of ours the venue has the mirror’s book at every event', () => {
    let different = 0;
    replay(session, venue, (mirror, index) => {
      if (best(mirror) !== best(simulated.book)) different++;
      if (index % 250 === 0) expect(listOf(simulated.book)).toEqual(listOf(mirror));
    });
    expect(session.events.count).toBe(40_000);
    expect(different).toBe(0);
    expect(simulated.counts).toEqual({ unknownOrders: 0, refusedOrders: 0, takenFromHistory: 0 });
  });

  test('an order of ours that never trades changes nothing for the others', () => {
    venue.submit(1, 1, Side.buy, OrderType.limit, 100, 1, TimeInForce.day);
    let different = 0;
    replay(session, venue, (mirror) => {
      if (best(mirror) !== best(simulated.book)) different++;
    });
    expect(different).toBe(0);
  });

  test('history takes the first order of a queue at 99 % of its executions, so the others say little about ours', () => {
    let executions = 0;
    let first = 0;
    const mirror = new BookMirror(session);
    const { type, orderId, side } = session.events;
    for (let index = 0; index < session.events.count; index++) {
      while (mirror.takeUnseen(index));
      if (type[index] === LobsterType.execute) {
        executions++;
        if (mirror.book.firstOrder(side[index]!) === orderId[index]) first++;
      }
      mirror.apply(index);
    }
    expect(executions).toBe(2_015);
    expect(first / executions).toBeGreaterThan(0.99);
  });

  test('a passive order at the touch trades only after all that was ahead of it has gone', () => {
    let ahead = -1;
    let traded = 0;
    replay(session, venue, (mirror, index) => {
      if (index === 20_000) venue.submit(1, 1, Side.buy, OrderType.limit, mirror.bestBid()!, 200, TimeInForce.postOnly);
      const before = ahead;
      if (index >= 20_000 && traded < 200) ahead = simulated.quantityAhead(1) ?? 0;
      venue.events.drain((kind, _child, _price, quantity) => {
        if (kind !== VenueEventKind.filled) return;
        traded += quantity;
        expect(ahead).toBe(0);
      });
      if (before > 0) expect(ahead).toBeLessThanOrEqual(before);
    });
    expect(traded).toBe(200);
  });
});
