/** The execution engine as a process; the test is the market-data engine (a real ring and its HTTP route) and the order system. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  Algorithm,
  type BookEvent,
  BookEventKind,
  CommandKind,
  type ExecutionReport,
  type FieldsOf,
  type OrderCommand,
  OrderType,
  Rejection,
  ReportKind,
  Side,
  TimeInForce,
  topics,
  type Values,
} from '@nautilus/core/domain';
import { type Hub, openHub, type Publication, type Subscription } from '@nautilus/core/transport';
import { eventually } from '../../support/eventually';
import { bundle, EngineProcess, freePort, scratchDirectory } from '../engine-process';

type Report = Values<FieldsOf<typeof ExecutionReport>>;

const SECOND = 1e9;
const OPEN = 34_200 * SECOND;

jest.setTimeout(60_000);

describe('the execution engine as a process', () => {
  const scratch = scratchDirectory('ems');
  let program: string;
  let hub: Hub;
  let market: Publication<FieldsOf<typeof BookEvent>>;
  let commands: Publication<FieldsOf<typeof OrderCommand>>;
  let reports: Subscription<FieldsOf<typeof ExecutionReport>>;
  let marketdata: Server;
  let book: { sequence: number; timeNs: number; orders: object[] } | undefined;
  let ems: EngineProcess;
  let port: number;
  let eventSequence = 0;
  let commandSequence = 0;

  const start = () =>
    new EngineProcess(
      program,
      Object.assign(
        { service: 'ems', profile: 'test', host: '127.0.0.1', port, poll: 'yield', logLevel: 'info' },
        {
          sharedMemory: path.join(scratch.path, 'rings'),
          dataDirectory: path.join(scratch.path, 'data'),
          peers: { marketdata: `http://127.0.0.1:${(marketdata.address() as AddressInfo).port}` },
          engine: {
            instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
            venue: { name: 'XSIM', capacity: 4096 },
          },
        },
      ),
      scratch.path,
    );

  const event = (kind: number, timeNs: number, change: Partial<Values<FieldsOf<typeof BookEvent>>> = {}) => {
    const slot = market.claim();
    if (slot === undefined) throw new Error('the ring is full: the execution engine does not read');
    slot.assign({ publishedAt: 0, orderId: 0, instrument: 1, price: 0, quantity: 0, side: Side.buy });
    slot.assign({ sequence: ++eventSequence, kind, timeNs, ...change });
    market.commit();
  };

  const command = (orderId: number, change: Partial<Values<FieldsOf<typeof OrderCommand>>> = {}) => {
    const slot = commands.claim();
    if (slot === undefined) throw new Error('the ring is full: the execution engine does not read');
    slot.assign({ sentAt: 0, timeNs: 0, startNs: 0, endNs: 0, account: 1, instrument: 1, quantity: 100, filled: 0 });
    slot.assign({ limitPrice: 5_850_000, slices: 0, kind: CommandKind.submit, side: Side.buy, type: OrderType.limit });
    slot.assign({ timeInForce: TimeInForce.day, algorithm: Algorithm.none });
    slot.assign({ sequence: ++commandSequence, orderId, ...change });
    commands.commit();
  };

  /** Waits for this many reports. */
  const heard = async (count: number): Promise<Report[]> => {
    const all: Report[] = [];
    const until = Date.now() + 20_000;
    while (all.length < count && Date.now() < until) {
      if (reports.poll((report) => void all.push(report.copy()), count - all.length) === 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(all.length).toBe(count);
    return all;
  };

  beforeAll(async () => {
    program = bundle('engines/ems/main.ts', scratch.path);
    port = await freePort();
    hub = openHub({ directory: path.join(scratch.path, 'rings') });
    market = hub.publish(topics.bookEvents);
    commands = hub.publish(topics.orderCommands);
    reports = hub.subscribe(topics.executionReports, { name: 'oms', reliable: true });
    marketdata = createServer((request, response) => {
      const known = book !== undefined && request.url === '/api/v1/marketdata/book/AAPL/orders';
      response.statusCode = known ? 200 : 503;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(known ? { symbol: 'AAPL', ...book } : { code: 'NAUT_STARTING' }));
    });
    await new Promise<void>((resolve) => marketdata.listen(0, '127.0.0.1', resolve));
    ems = start();
    await ems.answers('/health');
  });

  afterAll(async () => {
    await ems.stop();
    await new Promise((resolve) => marketdata.close(resolve));
    hub.close();
    scratch.remove();
  });

  test('begins a session, and is not ready before it has the book', async () => {
    expect(await heard(1)).toMatchObject([{ kind: ReportKind.sessionStarted, epoch: 1, sequence: 1 }]);
    await eventually('it says what it waits for', async () => {
      const { status, body } = await ems.get('/ready');
      return (status === 503 && (body as { reason: string }).reason.includes('AAPL')) || undefined;
    });
    expect(market.hasReader('ems')).toBe(true);
  });

  test('joins a running market: events that the snapshot has are not applied again', async () => {
    for (const orderId of [1, 2])
      event(BookEventKind.add, OPEN + orderId, { orderId, side: Side.buy, price: 5_849_900, quantity: 50 });
    book = {
      sequence: 2,
      timeNs: OPEN + 2,
      orders: [1, 2].map((orderId) => ({ orderId, side: 'buy', price: 5_849_900, quantity: 50 })),
    };
    event(BookEventKind.add, OPEN + 3, { orderId: 3, side: Side.sell, price: 5_850_100, quantity: 400 });
    await ems.answers('/ready');
    const until = Date.now() + 20_000;
    const venueBook = async () => (await ems.get('/api/v1/venues/XSIM/book')).body as { asks: object[] };
    while ((await venueBook()).asks.length === 0 && Date.now() < until);
    expect(await venueBook()).toMatchObject({
      bids: [{ price: 584.99, quantity: 100, orders: 2 }],
      asks: [{ price: 585.01, quantity: 400, orders: 1 }],
      refusedOrders: 0,
    });
  });

  test('an order queues behind the others of its price and is filled in its turn', async () => {
    command(11, { limitPrice: 5_849_900 });
    expect(await heard(1)).toMatchObject([{ kind: ReportKind.working, orderId: 11, quantity: 100, sequence: 2 }]);
    expect((await ems.get('/api/v1/parents/11')).body).toMatchObject({ children: [{ ahead: 100, status: 'resting' }] });
    event(BookEventKind.execute, OPEN + 10, { orderId: 1, side: Side.buy, price: 5_849_900, quantity: 50 });
    event(BookEventKind.execute, OPEN + 11, { orderId: 2, side: Side.buy, price: 5_849_900, quantity: 50 });
    event(BookEventKind.add, OPEN + 12, { orderId: 4, side: Side.sell, price: 5_849_900, quantity: 30 });
    expect(await heard(1)).toMatchObject([
      { kind: ReportKind.fill, orderId: 11, price: 5_849_900, quantity: 30, maker: 1, timeNs: OPEN + 12 },
    ]);
  });

  test('a TWAP order works through its slices as market time passes', async () => {
    command(12, {
      algorithm: Algorithm.twap,
      quantity: 90,
      limitPrice: 5_850_100,
      slices: 3,
      startNs: OPEN + SECOND,
      endNs: OPEN + 4 * SECOND,
    });
    expect(await heard(1)).toMatchObject([{ kind: ReportKind.working, orderId: 12 }]);
    for (let quarter = 1; quarter <= 16; quarter++) event(BookEventKind.time, OPEN + (quarter * SECOND) / 4);
    expect(await heard(3)).toMatchObject(
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
    command(13);
    // The order system takes up the book where the market is now: nothing of ours is in it.
    book = { sequence: eventSequence, timeNs: OPEN + 4 * SECOND, orders: [] };
    ems = await start().answers('/ready');
    expect(await heard(1)).toMatchObject([{ kind: ReportKind.sessionStarted, epoch: 2, sequence: 8 }]);
    expect((await ems.get('/api/v1/parents')).body).toEqual({ parents: [], total: 0, next: null });
    event(BookEventKind.time, OPEN + 5 * SECOND);
    command(11, { limitPrice: 5_849_900, quantity: 70, filled: 30 });
    command(11, { limitPrice: 5_849_900, quantity: 70, filled: 30 });
    event(BookEventKind.add, OPEN + 6 * SECOND, { orderId: 5, side: Side.sell, price: 5_900_000, quantity: 10 });
    expect(await heard(1)).toMatchObject([{ kind: ReportKind.working, orderId: 11, quantity: 70, epoch: 2 }]);
    event(BookEventKind.add, OPEN + 7 * SECOND, { orderId: 6, side: Side.sell, price: 5_849_900, quantity: 500 });
    expect(await heard(1)).toMatchObject([{ kind: ReportKind.fill, orderId: 11, quantity: 70 }]);
    expect((await ems.get('/api/v1/parents')).body).toMatchObject({
      parents: [{ orderId: 11, status: 'filled', quantity: 100, filledQuantity: 100, filledBefore: 30 }],
    });
  });

  test('while the order system does not read, reports wait, inputs wait, and nothing is lost', async () => {
    const many = topics.executionReports.capacity + 2_000;
    let sent = 0;
    while (sent < many) {
      if (commands.free() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      else command(1_000 + sent++, { quantity: 0 });
    }
    const until = Date.now() + 20_000;
    const waiting = async () =>
      ((await ems.get('/m4-max/status')).body as { engine: { reportsWaiting: number } }).engine;
    while ((await waiting()).reportsWaiting === 0 && Date.now() < until);
    expect((await waiting()).reportsWaiting).toBeLessThanOrEqual(64);
    const all = await heard(many);
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
  ])('GET %s is refused with %s', async (route, code) => {
    expect(await ems.get(route)).toMatchObject({ status: 404, body: { code } });
  });

  test('a feed with a missing event ends the process: its books could not be right', async () => {
    eventSequence++;
    event(BookEventKind.time, OPEN + 8 * SECOND);
    expect(await ems.ended).toMatchObject({ code: 1 });
    expect(ems.stderr).toContain('NAUT_FEED_GAP');
  });
});
