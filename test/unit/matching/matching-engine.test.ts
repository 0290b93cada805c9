import { Side } from '../../../engines/core/domain';
import {
  BandPolicy,
  EndReason,
  EngineEvent,
  MatchingEngine,
  type MatchingEngineOptions,
  MatchingOrderType,
  MatchingTimeInForce,
  NewOrder,
  OrderBook,
  Phase,
  Reject,
  SelfTradePrevention,
  SnapshotError,
} from '../../../engines/core/matching';

const { buy, sell } = Side;
const { market, stop, stopLimit } = MatchingOrderType;

const engineOf = (options: Partial<MatchingEngineOptions> = {}) => new MatchingEngine({ capacity: 64, ...options });
const order = (id: number, side: number, quantity: number, price: number, terms: Partial<NewOrder> = {}) =>
  Object.assign(new NewOrder(), { id, side, quantity, price, ...terms });

/** The trades of the last call: [maker or buyer, taker or seller, price, quantity]. */
function trades({ events }: MatchingEngine): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < events.count; i++)
    if (events.kind(i) === EngineEvent.executed || events.kind(i) === EngineEvent.crossed)
      found.push([events.id(i), events.otherId(i), events.price(i), events.quantity(i)]);
  return found;
}

/** [id, quantity, reason] of the events of one kind in the last call. */
function told({ events }: MatchingEngine, kind: number): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < events.count; i++)
    if (events.kind(i) === kind) found.push([events.id(i), events.quantity(i), events.reason(i)]);
  return found;
}

describe('an iceberg order', () => {
  test('shows its next part at the end of the queue', () => {
    const engine = engineOf();
    engine.submit(order(1, sell, 30, 100, { display: 10 }));
    engine.submit(order(2, sell, 10, 100));
    expect(engine.book.bestQuantity(sell)).toBe(20);
    expect(engine.submit(order(3, buy, 25, 100))).toBe(25);
    expect(trades(engine)).toEqual([
      [1, 3, 100, 10],
      [2, 3, 100, 10],
      [1, 3, 100, 5],
    ]);
    expect(engine.quantityOf(1)).toBe(15);
    expect(engine.book.quantityOf(1)).toBe(5);
  });

  test('counts for a fill-or-kill order with all it has', () => {
    const engine = engineOf();
    engine.submit(order(1, sell, 30, 100, { display: 10 }));
    expect(engine.submit(order(2, buy, 31, 100, { timeInForce: MatchingTimeInForce.fok }))).toBe(0);
    expect(engine.submit(order(3, buy, 30, 100, { timeInForce: MatchingTimeInForce.fok }))).toBe(30);
  });
});

describe('stop orders', () => {
  test('elect each other, buyers before sellers and the nearest first', () => {
    const engine = engineOf();
    engine.submit(order(1, sell, 10, 100));
    engine.submit(order(2, sell, 10, 101));
    engine.submit(order(3, sell, 10, 102));
    engine.submit(order(4, buy, 10, 95));
    engine.submit(order(11, buy, 10, 0, { type: stop, stopPrice: 101 }));
    engine.submit(order(12, buy, 10, 102, { type: stopLimit, stopPrice: 100 }));
    engine.submit(order(13, sell, 10, 0, { type: stop, stopPrice: 101 }));
    expect(engine.waitingStops).toBe(3);
    expect(engine.submit(order(20, buy, 10, 100))).toBe(10);
    // 12 is elected by the trade at 100 and trades at 101, which elects 11, which trades at 102; 13 sells after them.
    expect(told(engine, EngineEvent.triggered).map(([id]) => id)).toEqual([12, 11, 13]);
    expect(trades(engine)).toEqual([
      [1, 20, 100, 10],
      [2, 12, 101, 10],
      [3, 11, 102, 10],
      [4, 13, 95, 10],
    ]);
    expect(engine.lastPrice).toBe(95);
  });

  test('are refused when the market is there already', () => {
    const engine = engineOf();
    engine.submit(order(1, sell, 10, 100));
    engine.submit(order(2, buy, 10, 100));
    expect(engine.submit(order(3, buy, 10, 0, { type: stop, stopPrice: 100 }))).toBe(Reject.wouldTrigger);
    expect(engine.submit(order(3, buy, 10, 0, { type: stop, stopPrice: 101 }))).toBe(0);
  });

  test('that one call may not elect are elected by the next', () => {
    const engine = engineOf({ cascade: 2 });
    engine.submit(order(1, sell, 1, 100));
    for (let id = 11; id <= 15; id++) engine.submit(order(id, buy, 1, 0, { type: stop, stopPrice: 100 }));
    engine.submit(order(20, buy, 1, 100));
    expect(told(engine, EngineEvent.triggered)).toHaveLength(2);
    engine.advanceTime(1);
    expect(told(engine, EngineEvent.triggered)).toHaveLength(2);
    engine.advanceTime(2);
    expect(told(engine, EngineEvent.triggered)).toHaveLength(1);
  });
});

describe('self-trade prevention', () => {
  const { cancelNewest, cancelOldest, cancelBoth, decrementAndCancel, allow } = SelfTradePrevention;

  // A stranger's 5 stand before the own 10, another stranger's 20 behind; 12 come in.
  test.each([
    ['lets them trade when it is not asked for', allow, 12, 3, 0],
    ['drops what is left of the incoming order', cancelNewest, 5, 10, 0],
    ['deletes the resting order', cancelOldest, 12, 0, 0],
    ['ends both', cancelBoth, 5, 0, 0],
    ['takes the smaller quantity off both', decrementAndCancel, 5, 3, 0],
  ])('%s', (_, selfTrade, filled, resting, left) => {
    const engine = engineOf();
    engine.submit(order(1, sell, 5, 100, { owner: 8 }));
    engine.submit(order(2, sell, 10, 100, { owner: 7 }));
    engine.submit(order(3, sell, 20, 100, { owner: 9 }));
    expect(engine.submit(order(4, buy, 12, 100, { owner: 7, selfTrade }))).toBe(filled);
    expect(engine.quantityOf(2)).toBe(resting);
    expect(engine.quantityOf(4)).toBe(left);
  });
});

describe('time', () => {
  test('ends orders once, the soonest first, and never goes back', () => {
    const engine = engineOf();
    const until = (id: number, expiry: number) =>
      engine.submit(order(id, buy, 1, 90, { timeInForce: MatchingTimeInForce.gtd, expiry }));
    until(3, 20);
    until(2, 10);
    until(1, 20);
    until(4, 30);
    expect(engine.advanceTime(25)).toBe(3);
    expect(told(engine, EngineEvent.deleted)).toEqual([
      [2, 1, EndReason.expired],
      [1, 1, EndReason.expired],
      [3, 1, EndReason.expired],
    ]);
    expect(engine.advanceTime(5)).toBe(0);
    expect(engine.now).toBe(25);
    expect(until(5, 25)).toBe(Reject.expiry);
    expect(engine.advanceTime(30)).toBe(1);
  });

  test('of a session ends day orders, and no others', () => {
    const engine = engineOf();
    engine.submit(order(1, buy, 1, 90));
    engine.submit(order(2, buy, 1, 90, { timeInForce: MatchingTimeInForce.gtc }));
    engine.submit(order(3, sell, 1, 0, { type: stop, stopPrice: 80 }));
    engine.setPhase(Phase.closed);
    expect([1, 2, 3].map((id) => engine.quantityOf(id))).toEqual([0, 1, 0]);
    expect(engine.submit(order(4, buy, 1, 90))).toBe(Reject.phase);
    expect(engine.cancel(2)).toBe(1);
  });
});

describe('an auction', () => {
  function auction(orders: readonly NewOrder[], options: Partial<MatchingEngineOptions> = {}) {
    const engine = engineOf(options);
    engine.setPhase(Phase.openingAuction);
    for (const each of orders) expect(engine.submit(each)).toBe(0);
    return engine;
  }

  // Tables computed by hand: executable volume at each limit price, then imbalance, pressure and reference.
  test('trades where most can', () => {
    // 100: min(60, 10) = 10; 101: min(60, 40) = 40; 102: min(20, 40) = 20
    const engine = auction([
      order(1, buy, 20, 102),
      order(2, buy, 40, 101),
      order(3, sell, 10, 100),
      order(4, sell, 30, 101),
    ]);
    expect(engine.indicative()).toEqual({ price: 101, volume: 40, imbalance: 20 });
    expect(engine.setPhase(Phase.continuous)).toBe(40);
    expect(trades(engine)).toEqual([
      [1, 3, 101, 10],
      [1, 4, 101, 10],
      [2, 4, 101, 20],
    ]);
    expect(engine.quantityOf(2)).toBe(20);
  });

  test('then where least is left over', () => {
    // 100: min(50, 30) = 30, 20 over; 101: min(35, 30) = 30, 5 over
    const engine = auction([order(1, buy, 35, 101), order(2, buy, 15, 100), order(3, sell, 30, 100)]);
    expect(engine.indicative()).toEqual({ price: 101, volume: 30, imbalance: 5 });
  });

  test('then where the pressure goes', () => {
    expect(auction([order(1, buy, 30, 102), order(2, sell, 20, 99)]).indicative()?.price).toBe(102);
    expect(auction([order(1, buy, 20, 102), order(2, sell, 30, 99)]).indicative()?.price).toBe(99);
  });

  test('then nearest to the reference price', () => {
    const even = [order(1, buy, 20, 104), order(2, sell, 20, 99)];
    expect(auction(even, { referencePrice: 110 }).indicative()?.price).toBe(104);
    expect(auction(even, { referencePrice: 90 }).indicative()?.price).toBe(99);
    expect(auction(even, { referencePrice: 103 }).indicative()?.price).toBe(103);
    expect(auction(even).indicative()?.price).toBe(101);
  });

  test('of market orders only trades at the reference price, and drops what is left', () => {
    const orders = [order(1, buy, 30, 0, { type: market }), order(2, sell, 20, 0, { type: market })];
    const engine = auction(orders, { referencePrice: 98 });
    expect(engine.setPhase(Phase.closed)).toBe(20);
    expect(trades(engine)).toEqual([[1, 2, 98, 20]]);
    expect(told(engine, EngineEvent.deleted)).toEqual([[1, 10, EndReason.unfilled]]);
    expect(auction(orders).setPhase(Phase.closed)).toBe(0);
  });

  test.each([
    ['buyers', buy],
    ['sellers', sell],
  ])('of %s only has no price and no trade: limits rest on, market orders are dropped', (_, side) => {
    const engine = auction([order(1, side, 20, 102), order(2, side, 40, 101), order(3, side, 5, 0, { type: market })], {
      referencePrice: 100,
    });
    expect(engine.indicative()).toBeUndefined();
    expect(engine.setPhase(Phase.continuous)).toBe(0);
    expect(trades(engine)).toEqual([]);
    expect(told(engine, EngineEvent.deleted)).toEqual([[3, 5, EndReason.unfilled]]);
    expect([1, 2, 3].map((id) => engine.quantityOf(id))).toEqual([20, 40, 0]);
  });

  test('takes no order that must trade at once', () => {
    const engine = auction([]);
    expect(engine.submit(order(1, buy, 1, 90, { timeInForce: MatchingTimeInForce.ioc }))).toBe(Reject.phase);
    expect(engine.submit(order(1, buy, 1, 90, { postOnly: true }))).toBe(Reject.phase);
  });
});

describe('a halt', () => {
  test('refuses orders and takes cancels', () => {
    const engine = engineOf();
    engine.submit(order(1, buy, 5, 90));
    engine.setPhase(Phase.halted);
    expect(engine.submit(order(2, buy, 5, 90))).toBe(Reject.phase);
    expect(engine.replace(1, 91, 5)).toBe(Reject.phase);
    expect(engine.reduce(1, 2)).toBe(2);
    expect(engine.cancel(1)).toBe(3);
  });

  test('may collect orders, which trade at one price when it ends', () => {
    const engine = engineOf({ collectInHalt: true });
    engine.setPhase(Phase.halted);
    engine.submit(order(1, buy, 5, 101));
    engine.submit(order(2, sell, 5, 99));
    expect(engine.setPhase(Phase.closed)).toBe(0);
    const again = engineOf({ collectInHalt: true });
    again.setPhase(Phase.halted);
    again.submit(order(1, buy, 5, 101));
    again.submit(order(2, sell, 5, 99));
    expect(again.setPhase(Phase.continuous)).toBe(5);
  });
});

describe('price bands', () => {
  test('refuse what is outside', () => {
    const engine = engineOf();
    engine.submit(order(1, buy, 5, 104));
    expect(engine.setBands(95, 103)).toBe(1);
    expect(told(engine, EngineEvent.deleted)).toEqual([[1, 5, EndReason.band]]);
    expect(engine.submit(order(2, buy, 5, 104))).toBe(Reject.band);
    expect(engine.submit(order(2, buy, 5, 94))).toBe(Reject.band);
    expect(engine.submit(order(2, buy, 5, 103))).toBe(0);
  });

  test('or price it back: it trades up to the band and rests there', () => {
    const engine = engineOf({ bandPolicy: BandPolicy.slide });
    engine.setBands(95, 103);
    engine.submit(order(1, sell, 5, 103));
    engine.submit(order(2, sell, 5, 104));
    expect(engine.submit(order(3, buy, 12, 110))).toBe(5);
    expect(engine.book.priceOfOrder(3)).toBe(103);
    expect(engine.setBands(95, 100)).toBe(1);
    expect(engine.book.priceOfOrder(3)).toBe(100);
    expect(engine.submit(order(4, buy, 5, 0, { type: market }))).toBe(0);
  });
});

describe('a snapshot', () => {
  function busy(): MatchingEngine {
    const engine = engineOf();
    engine.submit(order(1, buy, 30, 90, { display: 7, owner: 3 }));
    engine.submit(order(2, sell, 3, 110, { timeInForce: MatchingTimeInForce.gtd, expiry: 2 ** 40 }));
    engine.submit(order(3, buy, 3, 120, { type: stopLimit, stopPrice: 111 }));
    engine.advanceTime(2 ** 35 + 1);
    return engine;
  }

  const codeOf = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (error instanceof SnapshotError) return error.code;
      throw error;
    }
    return 'none';
  };

  test('gives the same engine again, whatever its capacity', () => {
    const copy = MatchingEngine.restore({ capacity: 500, stops: 70 }, busy().snapshot());
    expect(copy.hash()).toBe(busy().hash());
    expect(copy.now).toBe(2 ** 35 + 1);
    expect(copy.advanceTime(2 ** 40)).toBe(1);
  });

  test('with any bit flipped is refused', () => {
    const snapshot = busy().snapshot();
    for (let bit = 0; bit < snapshot.length * 8; bit++) {
      const damaged = snapshot.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => MatchingEngine.restore({ capacity: 64 }, damaged))).toMatch(/_CORRUPT|_VERSION/);
    }
  });

  test('of any other length is refused', () => {
    const snapshot = busy().snapshot();
    for (let length = 0; length < snapshot.length; length++)
      expect(codeOf(() => MatchingEngine.restore({ capacity: 64 }, snapshot.slice(0, length)))).toBe(
        'NAUT_BOOK_SNAPSHOT_CORRUPT',
      );
  });

  test('needs an engine that it fits', () => {
    const snapshot = busy().snapshot();
    const misfit = 'NAUT_BOOK_SNAPSHOT_MISFIT';
    expect(codeOf(() => MatchingEngine.restore({ capacity: 1 }, snapshot))).toBe(misfit);
    expect(codeOf(() => MatchingEngine.restore({ capacity: 64, increment: 5 }, snapshot))).toBe(misfit);
    expect(codeOf(() => MatchingEngine.restore({ capacity: 64, stops: 1 }, snapshot))).toBe('none');
  });
});

test.each([
  ['capacity', 0],
  ['capacity', 1.5],
  ['increment', -1],
  ['pages', 0],
])('a book says that its %s cannot be %d', (option, value) => {
  expect(() => new OrderBook({ capacity: 8, [option]: value })).toThrow(
    `${option} of an order book is ${value}; allowed: an integer`,
  );
});
