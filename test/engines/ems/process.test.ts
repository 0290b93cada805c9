/** The execution engine as a process; the test is the market-data engine (a real ring and its HTTP route) and the order system. */
import { Algorithm, BookEventKind, Rejection, ReportKind, Side, topics } from '@nautilus/core/domain';
import { eventually } from '../../support/eventually';
import type { EngineProcess } from '../engine-process';
import { Surroundings } from './surroundings';

const SECOND = 1e9;
const OPEN = 34_200 * SECOND;

jest.setTimeout(60_000);

describe('the execution engine as a process', () => {
  let around: Surroundings;
  let ems: EngineProcess;

  beforeAll(async () => {
    around = await Surroundings.open([{ name: 'XSIM' }]);
    ems = around.start();
    await ems.answers('/health');
  });

  afterAll(async () => {
    await ems.stop();
    await around.close();
  });

  test('begins a session, and is not ready before it has the book', async () => {
    expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.sessionStarted, epoch: 1, sequence: 1 }]);
    await eventually('it says what it waits for', async () => {
      const { status, body } = await ems.get('/ready');
      return (status === 503 && (body as { reason: string }).reason.includes('AAPL')) || undefined;
    });
    expect(around.market.hasReader('ems')).toBe(true);
  });

  test('joins a running market: events that the snapshot has are not applied again', async () => {
    for (const orderId of [1, 2])
      around.event(BookEventKind.add, OPEN + orderId, { orderId, side: Side.buy, price: 5_849_900, quantity: 50 });
    around.book = {
      sequence: 2,
      timeNs: OPEN + 2,
      orders: [1, 2].map((orderId) => ({ orderId, side: 'buy', price: 5_849_900, quantity: 50, venue: 0 })),
    };
    around.event(BookEventKind.add, OPEN + 3, { orderId: 3, side: Side.sell, price: 5_850_100, quantity: 400 });
    await ems.answers('/ready');
    const until = Date.now() + 20_000;
    const venueBook = async () => (await ems.get('/api/v1/venues/XSIM/book')).body as { asks: object[] };
    while ((await venueBook()).asks.length === 0 && Date.now() < until);
    expect(await venueBook()).toMatchObject({
      bids: [{ price: 584.99, quantity: 100, orders: 2 }],
      asks: [{ price: 585.01, quantity: 400, orders: 1 }],
      refusedOrders: 0,
    });
    const { body } = await ems.get('/api/v1/estimates?symbol=AAPL&side=buy&quantity=500');
    expect(body).toMatchObject({ mid: 585, restSeconds: 0, displayed: null, expected: null, timeNs: OPEN + 3 });
    const less = (await ems.get('/api/v1/estimates?symbol=AAPL&side=buy&quantity=400')).body as { displayed: number };
    expect(less.displayed).toBeCloseTo((0.01 / 585) * 1e4, 9);
  });

  test('tells what a schedule would cost with the models that were built in', async () => {
    const { body } = await ems.get(
      '/api/v1/estimates/schedule?symbol=AAPL&quantity=1000&seconds=600&slices=4&riskAversion=1e-4',
    );
    const { targets, expectedCost } = body as { targets: number[]; expectedCost: number };
    expect(targets).toHaveLength(4);
    expect(targets[3]).toBe(1000);
    expect(targets[0]).toBeGreaterThan(250);
    expect(expectedCost).toBeGreaterThan(0);
  });

  test('an order queues behind the others of its price and is filled in its turn', async () => {
    around.command(11, { limitPrice: 5_849_900 });
    expect(await around.heard(1)).toMatchObject([
      { kind: ReportKind.working, orderId: 11, quantity: 100, sequence: 2 },
    ]);
    expect((await ems.get('/api/v1/parents/11')).body).toMatchObject({ children: [{ ahead: 100, status: 'resting' }] });
    around.event(BookEventKind.execute, OPEN + 10, { orderId: 1, side: Side.buy, price: 5_849_900, quantity: 50 });
    around.event(BookEventKind.execute, OPEN + 11, { orderId: 2, side: Side.buy, price: 5_849_900, quantity: 50 });
    around.event(BookEventKind.add, OPEN + 12, { orderId: 4, side: Side.sell, price: 5_849_900, quantity: 30 });
    expect(await around.heard(1)).toMatchObject([
      { kind: ReportKind.fill, orderId: 11, price: 5_849_900, quantity: 30, maker: 1, timeNs: OPEN + 12 },
    ]);
  });

  test('a TWAP order works through its slices as market time passes', async () => {
    around.command(12, {
      algorithm: Algorithm.twap,
      quantity: 90,
      limitPrice: 5_850_100,
      slices: 3,
      startNs: OPEN + SECOND,
      endNs: OPEN + 4 * SECOND,
    });
    expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.working, orderId: 12 }]);
    for (let quarter = 1; quarter <= 16; quarter++) around.event(BookEventKind.time, OPEN + (quarter * SECOND) / 4);
    expect(await around.heard(3)).toMatchObject(
      [2, 3, 4].map((second) => ({
        kind: ReportKind.fill,
        orderId: 12,
        price: 5_850_100,
        quantity: 30,
        maker: 0,
        timeNs: OPEN + second * SECOND,
      })),
    );
    expect((await ems.get('/api/v1/parents/12')).body).toMatchObject({
      status: 'filled',
      filledQuantity: 90,
      averagePrice: 585.01,
      childCount: 6,
      children: Array.from({ length: 3 }, () => [{ status: 'cancelled' }, { status: 'filled' }]).flat(),
    });
    expect((await ems.get('/api/v1/parents/12?limit=2')).body).toMatchObject({
      childCount: 6,
      children: [{ status: 'cancelled' }, { status: 'filled' }],
      schedule: { sliceCount: 3, slices: [{ target: 30 }, { target: 60 }] },
    });
  });

  test('parents are listed in pages, the newest first', async () => {
    const first = await ems.get('/api/v1/parents?limit=1');
    expect(first.body).toMatchObject({ parents: [{ orderId: 12 }], total: 2, next: 12 });
    const second = await ems.get('/api/v1/parents?limit=1&before=12');
    expect(second.body).toMatchObject({ parents: [{ orderId: 11 }], total: 2, next: null });
  });

  test('kill -9, restart: a new session that knows no order and works what is submitted again', async () => {
    ems.signal('SIGKILL');
    await ems.ended;
    around.command(13);
    // The order system takes up the book where the market is now: nothing of ours is in it.
    around.book = { sequence: around.eventSequence, timeNs: OPEN + 4 * SECOND, orders: [] };
    ems = await around.start().answers('/ready');
    expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.sessionStarted, epoch: 2, sequence: 8 }]);
    expect((await ems.get('/api/v1/parents')).body).toEqual({ parents: [], total: 0, next: null });
    around.event(BookEventKind.time, OPEN + 5 * SECOND);
    around.command(11, { limitPrice: 5_849_900, quantity: 70, filled: 30 });
    around.command(11, { limitPrice: 5_849_900, quantity: 70, filled: 30 });
    around.event(BookEventKind.add, OPEN + 6 * SECOND, { orderId: 5, side: Side.sell, price: 5_900_000, quantity: 10 });
    expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.working, orderId: 11, quantity: 70, epoch: 2 }]);
    around.event(BookEventKind.add, OPEN + 7 * SECOND, {
      orderId: 6,
      side: Side.sell,
      price: 5_849_900,
      quantity: 500,
    });
    expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.fill, orderId: 11, quantity: 70 }]);
    expect((await ems.get('/api/v1/parents')).body).toMatchObject({
      parents: [{ orderId: 11, status: 'filled', quantity: 100, filledQuantity: 100, filledBefore: 30 }],
    });
  });

  test('while the order system does not read, reports wait, inputs wait, and nothing is lost', async () => {
    const many = topics.executionReports.capacity + 2_000;
    let sent = 0;
    while (sent < many) {
      if (around.commands.free() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      else around.command(1_000 + sent++, { quantity: 0 });
    }
    const until = Date.now() + 20_000;
    const waiting = async () =>
      ((await ems.get('/m4-max/status')).body as { engine: { reportsWaiting: number } }).engine;
    while ((await waiting()).reportsWaiting === 0 && Date.now() < until);
    expect((await waiting()).reportsWaiting).toBeLessThanOrEqual(64);
    const all = await around.heard(many);
    expect(all.map(({ orderId }) => orderId)).toEqual(Array.from({ length: many }, (_, index) => 1_000 + index));
    expect(all.every(({ kind, reason }) => kind === ReportKind.rejected && reason === Rejection.badQuantity)).toBe(
      true,
    );
    const first = all[0]!.sequence;
    expect(all.map(({ sequence }) => sequence - first)).toEqual(all.map((_, index) => index));
  });

  test.each([
    ['/api/v1/parents/99', 'NAUT_ORDER_UNKNOWN'],
    ['/api/v1/venues/XNAS/book', 'NAUT_VENUE_UNKNOWN'],
    ['/api/v1/venues/XSIM/book?symbol=MSFT', 'NAUT_SYMBOL_UNKNOWN'],
    ['/api/v1/estimates/schedule?symbol=MSFT&quantity=1&seconds=1&slices=1', 'NAUT_SYMBOL_UNKNOWN'],
    ['/api/v1/estimates?symbol=MSFT&side=buy&quantity=1', 'NAUT_SYMBOL_UNKNOWN'],
  ])('GET %s is refused with %s', async (route, code) => {
    expect(await ems.get(route)).toMatchObject({ status: 404, body: { code } });
  });

  test('a feed with a missing event ends the process: its books could not be right', async () => {
    around.eventSequence++;
    around.event(BookEventKind.time, OPEN + 8 * SECOND);
    expect(await ems.ended).toMatchObject({ code: 1 });
    expect(ems.stderr).toContain('NAUT_FEED_GAP');
  });
});
