/** The execution engine as a process with three venues: fees and latencies as configured, a router, algorithms, cost reports. */
import { Algorithm, BookEventKind, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { eventually } from '../../support/eventually';
import type { EngineProcess } from '../engine-process';
import { Surroundings } from './surroundings';

const SECOND = 1e9;
const OPEN = 34_200 * SECOND;

jest.setTimeout(60_000);

describe('the execution engine with three venues', () => {
  let around: Surroundings;
  let ems: EngineProcess;
  let now = OPEN;

  /** Market time passes, so that what is under way arrives. */
  const pass = (seconds: number) => {
    for (let tick = 0; tick < seconds * 4; tick++) around.event(BookEventKind.time, (now += SECOND / 4));
  };

  beforeAll(async () => {
    around = await Surroundings.open([
      { name: 'XSIM', takerFee: 0.003, makerFee: -0.002 },
      { name: 'XALT', takerFee: 0.001, latencyMicroseconds: 500 },
      { name: 'XINV', takerFee: -0.001, makerFee: 0.002, latencyMicroseconds: 2_000 },
    ]);
    around.book = {
      sequence: 0,
      timeNs: OPEN,
      orders: Array.from({ length: 30 }, (_, index) => ({
        orderId: 1_000 + index,
        side: 'buy',
        price: 5_840_000,
        quantity: 10,
        venue: index % 3,
      })),
    };
    ems = await around.start().answers('/ready');
    await around.heard(1);
  });

  afterAll(async () => {
    await ems.stop();
    await around.close();
  });

  test('a book that is joined is divided over the venues', async () => {
    const books = await Promise.all(
      ['XSIM', 'XALT', 'XINV'].map(async (venue) => (await ems.get(`/api/v1/venues/${venue}/book`)).body),
    );
    const quantities = books.map((book) => (book as { bids: { quantity: number }[] }).bids[0]!.quantity);
    expect(quantities.reduce((sum, quantity) => sum + quantity, 0)).toBe(300);
    expect(Math.min(...quantities)).toBeGreaterThan(0);
    expect((await ems.get('/m4-max/status')).body).toMatchObject({
      engine: { venues: ['XSIM', 'XALT', 'XINV'].map((name) => ({ name, state: 'up' })) },
    });
  });

  test('an order takes where it is cheapest with fees; each fill says its venue and its fee', async () => {
    [0, 1, 2].forEach((venue) => {
      around.event(BookEventKind.add, (now += 1), {
        orderId: venue + 1,
        side: Side.sell,
        price: 5_850_000,
        quantity: 60,
        venue,
      });
    });
    // Commands come by another ring: the market must have arrived before.
    await eventually('the last venue has its offer', async () => {
      const { body } = await ems.get('/api/v1/venues/XINV/book');
      return (body as { asks: object[] }).asks.length > 0 || undefined;
    });
    around.command(11, { limitPrice: 5_850_000, quantity: 150, timeInForce: TimeInForce.ioc });
    const first = await around.heard(1);
    pass(1);
    const reports = [...first, ...(await around.heard(2))];
    expect(reports.map(({ kind, venue, quantity, fee }) => [kind, venue, quantity, fee])).toEqual([
      [ReportKind.fill, 0, 30, 900],
      [ReportKind.fill, 1, 60, 600],
      [ReportKind.fill, 2, 60, -600],
    ]);
    expect((await ems.get('/api/v1/parents/11')).body).toMatchObject({
      status: 'filled',
      fees: 0.09,
      children: [
        { venue: 'XSIM', filledQuantity: 30, fees: 0.09 },
        { venue: 'XALT', filledQuantity: 60, fees: 0.06 },
        { venue: 'XINV', filledQuantity: 60, fees: -0.06 },
      ],
    });
  });

  test('every algorithm works, and its cost report adds up', async () => {
    [4, 5, 6].forEach((orderId, venue) => {
      around.event(BookEventKind.add, (now += 1), {
        orderId,
        side: Side.sell,
        price: 5_850_000,
        quantity: 5_000,
        venue,
      });
    });
    const terms = { quantity: 400, slices: 4, limitPrice: 5_850_000, endNs: now + 4 * SECOND };
    around.command(21, { ...terms, algorithm: Algorithm.vwap });
    around.command(22, { ...terms, algorithm: Algorithm.pov, participation: 5_000 });
    around.command(23, { ...terms, algorithm: Algorithm.is, riskAversion: 1e-6 });
    expect(await around.heard(3)).toMatchObject([21, 22, 23].map((orderId) => ({ kind: ReportKind.working, orderId })));
    around.event(BookEventKind.execute, (now += SECOND / 2), {
      orderId: 4,
      side: Side.sell,
      price: 5_850_000,
      quantity: 300,
    });
    pass(10);
    const done = async (orderId: number) => {
      for (;;) {
        const { body } = await ems.get(`/api/v1/parents/${orderId}`);
        if ((body as { status: string }).status !== 'working') return body;
      }
    };
    expect(await done(21)).toMatchObject({ algorithm: 'vwap', status: 'filled', filledQuantity: 400 });
    expect(await done(22)).toMatchObject({ algorithm: 'pov', status: 'expired', filledQuantity: 150 });
    expect(await done(23)).toMatchObject({ algorithm: 'is', status: 'filled', filledQuantity: 400 });
    for (const orderId of [21, 22, 23]) {
      const { status, body } = await ems.get(`/api/v1/parents/${orderId}/tca`);
      expect(status).toBe(200);
      const report = body as {
        filled: { quantity: number; fees: number };
        venues: { quantity: number; fees: number }[];
        shortfall: Record<string, number>;
      };
      expect(report.venues.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(report.filled.quantity);
      expect(report.venues.reduce((sum, { fees }) => sum + fees, 0)).toBeCloseTo(report.filled.fees, 10);
      const { total, ...parts } = report.shortfall;
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total!, 8);
    }
    expect((await ems.get('/api/v1/parents/99/tca')).body).toMatchObject({ code: 'NAUT_ORDER_UNKNOWN' });
  });

  test('kill -9 in the middle of a schedule: what is left is spread over what is left of its time', async () => {
    const startNs = now;
    const terms = { algorithm: Algorithm.twap, slices: 8, startNs, endNs: startNs + 8 * SECOND, limitPrice: 5_850_000 };
    around.command(31, { ...terms, quantity: 800 });
    for (;;) {
      const [report] = await around.heard(1);
      if (report!.orderId === 31) break;
    }
    pass(4);
    let filled = 0;
    while (filled < 300)
      for (const { kind, orderId, quantity } of await around.heard(1))
        if (kind === ReportKind.fill && orderId === 31) filled += quantity;
    ems.signal('SIGKILL');
    await ems.ended;
    around.book = { sequence: around.eventSequence, timeNs: now, orders: [] };
    ems = await around.start().answers('/ready');
    let [report] = await around.heard(1);
    while (report!.kind !== ReportKind.sessionStarted) {
      if (report!.kind === ReportKind.fill) filled += report!.quantity;
      [report] = await around.heard(1);
    }
    around.event(BookEventKind.add, (now += 1), {
      orderId: 7,
      side: Side.sell,
      price: 5_850_000,
      quantity: 5_000,
      venue: 1,
    });
    around.command(31, { ...terms, quantity: 800 - filled, filled, epoch: report!.epoch });
    expect(await around.heard(1)).toMatchObject([{ kind: ReportKind.working, orderId: 31, quantity: 800 - filled }]);
    const { body } = await ems.get('/api/v1/parents/31');
    expect(body).toMatchObject({ filledBefore: filled, schedule: { sliceCount: 4 } });
    pass(6);
    while (filled < 800) for (const { quantity } of await around.heard(1)) filled += quantity;
    expect((await ems.get('/api/v1/parents/31')).body).toMatchObject({ status: 'filled', filledQuantity: 800 });
  });
});
