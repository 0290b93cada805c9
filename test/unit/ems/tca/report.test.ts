import { Side } from '../../../../engines/core/domain';
import { Random } from '../../../../engines/core/numerics';
import { between, costReport, MarketTally, type ParentRecord, type QuoteRecord } from '../../../../engines/ems/tca';

/** A record of a random order: children at several venues, some not filled, an order now and then not done. */
function randomRecord(random: Random): ParentRecord {
  let bid = 10_000 + 100 * random.below(100_000);
  let timeNs = 34_200e9;
  const quote = (): QuoteRecord => {
    timeNs += random.below(1e9);
    bid = Math.max(100, bid + 100 * (random.below(41) - 20));
    return { timeNs, bid, ask: bid + 100 * (1 + random.below(30)) };
  };
  const arrival = quote();
  const quantity = 1 + random.below(20_000);
  let left = quantity;
  const children = Array.from({ length: random.below(20) }, (_, index) => {
    const sent = quote();
    const asked = Math.min(left, 1 + random.below(2000));
    const fills = [];
    for (let open = asked; open > 0 && random.below(4) > 0; ) {
      const traded = 1 + random.below(open);
      timeNs += random.below(1e8);
      fills.push({
        timeNs,
        price: sent.bid + 100 * (random.below(21) - 10),
        quantity: traded,
        fee: random.below(2001) - 1000,
        maker: random.below(2) === 1,
      });
      open -= traded;
      left -= traded;
    }
    return { childId: index + 1, venue: random.below(3), sent, quantity: asked, fills };
  }).filter((child) => child.quantity > 0);
  const volume = random.below(100_000);
  return {
    orderId: 7,
    instrument: 1,
    side: random.below(2),
    algorithm: 1,
    quantity,
    arrival,
    end: quote(),
    open: random.below(2) === 1,
    children,
    targets: Array.from({ length: random.below(10) }, (_, index) => ({
      timeNs: arrival.timeNs + index * 1e9,
      quantity: Math.floor((quantity * index) / 10),
    })),
    market: { volume, notional: volume * bid, meanMid: bid + 50 },
  };
}

/** Perold's definition in unbounded integers of half a price unit: the profit of the decision on paper, less that of the account. */
function paperLessReal({ side, quantity, arrival, end, children }: ParentRecord): bigint {
  const direction = side === Side.buy ? 1n : -1n;
  const twiceArrival = BigInt(arrival.bid + arrival.ask);
  const twiceEnd = BigInt(end.bid + end.ask);
  let cash = 0n;
  let shares = 0n;
  for (const { fills } of children)
    for (const fill of fills) {
      cash -= direction * 2n * BigInt(fill.price) * BigInt(fill.quantity) + 2n * BigInt(fill.fee);
      shares += direction * BigInt(fill.quantity);
    }
  const paper = direction * BigInt(quantity) * (twiceEnd - twiceArrival);
  return paper - (cash + shares * twiceEnd);
}

test('every number adds up exactly, for 3,000 random orders', () => {
  const random = new Random(1988);
  for (let round = 0; round < 3000; round++) {
    const record = randomRecord(random);
    const report = costReport(record);
    const { filled, maker, taker, venues, children, shortfall } = report;
    for (const field of ['fills', 'quantity', 'notional', 'fees'] as const) {
      expect(maker[field] + taker[field]).toBe(filled[field]);
      expect(venues.reduce((sum, venue) => sum + venue[field], 0)).toBe(filled[field]);
      expect(children.reduce((sum, child) => sum + child[field], 0)).toBe(filled[field]);
    }
    expect(filled.quantity + report.left).toBe(record.quantity);
    const { delay, timing, execution, opportunity, fees, total } = shortfall!;
    expect(delay + timing + execution + opportunity + fees).toBe(total);
    expect(BigInt(2 * total)).toBe(paperLessReal(record));
    expect(children.reduce((sum, child) => sum + child.execution!, 0)).toBe(execution);
    expect(fees).toBe(filled.fees);
    const value = (record.quantity * (record.arrival.bid + record.arrival.ask)) / 2;
    expect(report.basisPoints!.total).toBeCloseTo((total / value) * 1e4, 9);
    const naive = record.targets
      .filter(({ timeNs }) => timeNs <= record.end.timeNs)
      .map(({ timeNs, quantity }) => {
        const done = record.children
          .flatMap((child) => child.fills)
          .filter((fill) => fill.timeNs <= timeNs)
          .reduce((sum, fill) => sum + fill.quantity, 0);
        return ((done - quantity) / record.quantity) ** 2;
      });
    if (naive.length === 0) expect(report.trackingError).toBeNull();
    else expect(report.trackingError).toBeCloseTo(Math.sqrt(naive.reduce((a, b) => a + b, 0) / naive.length), 12);
  }
});

/** Buys 300 of 400 shares; the mid is 100.00 at arrival, 100.02 when the first child goes, 100.10 at the second, 100.20 at the end. */
const order: ParentRecord = {
  orderId: 1,
  instrument: 1,
  side: Side.buy,
  algorithm: 1,
  quantity: 400,
  arrival: { timeNs: 0, bid: 999_900, ask: 1_000_100 },
  end: { timeNs: 60e9, bid: 1_001_900, ask: 1_002_100 },
  open: false,
  children: [
    {
      childId: 11,
      venue: 0,
      sent: { timeNs: 1e9, bid: 1_000_100, ask: 1_000_300 },
      quantity: 200,
      fills: [{ timeNs: 5e9, price: 1_000_100, quantity: 200, fee: -4000, maker: true }],
    },
    {
      childId: 12,
      venue: 2,
      sent: { timeNs: 30e9, bid: 1_000_900, ask: 1_001_100 },
      quantity: 200,
      fills: [{ timeNs: 30e9, price: 1_001_100, quantity: 100, fee: 3000, maker: false }],
    },
  ],
  targets: [
    { timeNs: 30e9, quantity: 200 },
    { timeNs: 60e9, quantity: 400 },
  ],
  market: { volume: 700, notional: 700 * 1_001_000, meanMid: 1_000_800 },
};

test('an order by hand', () => {
  const report = costReport(order);
  expect(report.shortfall).toEqual({
    delay: 400 * 200, // 8.00 of currency
    timing: 100 * 800,
    execution: -200 * 100 + 100 * 100,
    opportunity: 100 * 1800,
    fees: -1000,
    total: 329_000,
  });
  expect(report.basisPoints!.total).toBeCloseTo(8.225, 9);
  expect(report.averagePrice).toBeCloseTo(1_000_433.333333, 5);
  expect(report.prices).toEqual({
    arrival: 1e6,
    vwap: 1_001_000,
    vwapWithOwn: 1_000_830,
    twap: 1_000_800,
    end: 1_002_000,
  });
  expect(report.slippage.arrival).toBeCloseTo(4.33333, 4);
  expect(report.participation).toBe(0.3);
  // At 30 s it has 300 of the 200 that are due, at the end 300 of 400.
  expect(report.trackingError).toBe(0.25);
  expect(report.venues.map(({ venue, quantity, fees }) => [venue, quantity, fees])).toEqual([
    [0, 200, -4000],
    [2, 100, 3000],
  ]);
});

test('the same order as a sale costs what the purchase earned, but for the fees', () => {
  const bought = costReport(order).shortfall!;
  const sold = costReport({ ...order, side: Side.sell }).shortfall!;
  expect(sold.total - sold.fees).toBe(-(bought.total - bought.fees));
  expect(sold.fees).toBe(bought.fees);
});

describe('what is not known is null, and what is known stays', () => {
  const empty: QuoteRecord = { timeNs: 0, bid: 0, ask: 1_000_100 };

  test('no mid at arrival: no shortfall', () => {
    const report = costReport({ ...order, arrival: empty });
    expect(report.shortfall).toBeNull();
    expect(report.basisPoints).toBeNull();
    expect(report.prices.arrival).toBeNull();
    expect(report.filled.quantity).toBe(300);
  });

  test('no mid at the end: what is left cannot be valued; a filled order needs none', () => {
    expect(costReport({ ...order, end: empty }).shortfall).toBeNull();
    expect(costReport({ ...order, quantity: 300, end: empty }).shortfall!.opportunity).toBe(0);
  });

  test('no mid when a child was sent: it counts as sent at the first one’s, and the parts still add up', () => {
    const { shortfall, children } = costReport({
      ...order,
      children: [order.children[0]!, { ...order.children[1]!, sent: empty }],
    });
    expect(shortfall).toMatchObject({ timing: 0, execution: -200 * 100 + 100 * 900, total: 329_000 });
    expect(children[1]!.execution).toBeNull();
  });

  test('nothing done, nothing traded: opportunity is all there is', () => {
    const report = costReport({ ...order, children: [], market: { volume: 0, notional: 0, meanMid: null } });
    expect(report.shortfall).toEqual({
      delay: 0,
      timing: 0,
      execution: 0,
      opportunity: 400 * 2000,
      fees: 0,
      total: 800_000,
    });
    expect([report.averagePrice, report.participation, report.prices.vwap, report.slippage.arrival]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

test('the market’s tally: sums between two readings, time-weighted mid only where both sides were quoted', () => {
  const tally = new MarketTally();
  tally.quote(10e9, 100, 200);
  const from = tally.read(11e9);
  tally.trade(150, 10);
  tally.quote(12e9, 200, 300);
  tally.quote(13e9, 0, 300);
  tally.trade(160, 20);
  tally.quote(20e9, 300, 400);
  const to = tally.read(22e9);
  expect(between(from, to)).toEqual({ volume: 30, notional: 4700, meanMid: (150 + 250 + 2 * 350) / 4 });
  expect(between(to, to)).toEqual({ volume: 0, notional: 0, meanMid: null });
});
