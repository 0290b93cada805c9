import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { monotonicNs, ReportKind, tables, topics } from '@nautilus/core/domain';
import { type Hub, openHub } from '@nautilus/core/transport';
import { replayJournal } from '@nautilus/oms/replay';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

/** Positions and open orders through the morning of an ex date: order system and position engine as processes, killed and brought back. */
jest.setTimeout(120_000);

const shared = scratchDirectory('actions-rings');
const scratch = scratchDirectory('actions-data');
const accounts = [{ id: 1, name: 'main' }];
const instruments = [
  { id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 },
  { id: 2, symbol: 'PEAR', currency: 'USD', tickSize: 100 },
];
const journal = { preallocateBytes: 1 << 20 };
const sections = {
  oms: { accounts, instruments, journal, limitsStaleAfterMs: 600_000 },
  pms: {
    session: '2012-06-21',
    accounts: accounts.map((one) => ({ ...one, initialCash: 100_000_000, currency: 'USD' })),
    instruments,
    journal,
  },
};
type Name = keyof typeof sections;

const running = new Map<Name, EngineProcess>();
const bundles = new Map<Name, string>();
const engine = (name: Name) => running.get(name) as EngineProcess;
const dataOf = (name: Name) => path.join(scratch.path, name);

async function start(...names: Name[]): Promise<void> {
  for (const name of names) {
    const configuration = {
      service: name,
      profile: 'test',
      port: await freePort(),
      sharedMemory: shared.path,
      dataDirectory: dataOf(name),
      poll: 'yield',
      engine: sections[name],
    };
    running.set(
      name,
      await new EngineProcess(bundles.get(name) as string, configuration, scratch.path).answers('/health'),
    );
    await engine(name).answers('/api/v1/state');
  }
}

async function kill(...names: Name[]): Promise<void> {
  for (const name of names) engine(name).signal('SIGKILL');
  for (const name of names) await engine(name).ended;
}

/** What is around the two: risk, market data, and an execution system that the test speaks for. */
class Around {
  readonly hub: Hub = openHub({ directory: shared.path });
  private readonly reports = this.hub.publish(topics.executionReports);
  private readonly quotes = this.hub.table(tables.quotes);
  private sequence = 0;

  constructor(private readonly epoch: number) {
    this.hub.table(tables.limits).write(1, (row) =>
      row.assign({
        maxOrderNotional: 1e15,
        writtenAt: monotonicNs(),
        maxOrderQuantity: 1_000_000,
        maxPosition: 1_000_000,
        collarBasisPoints: 5_000,
        maxOrdersPerSecond: 1_000_000,
        killSwitch: 0,
        defined: 1,
      }),
    );
    this.report(ReportKind.sessionStarted, 0);
  }

  trade(last: number): void {
    this.quotes.write(1, (row) =>
      row.assign({
        timeNs: 1,
        publishedAt: 1,
        eventSequence: 1,
        bid: last - 100,
        bidQuantity: 100,
        ask: last + 100,
        askQuantity: 100,
        last,
      }),
    );
  }

  report(kind: number, orderId: number, quantity = 0): void {
    const slot = this.reports.claim();
    if (slot === undefined) throw new Error('the ring of reports is full');
    slot.assign({
      sequence: ++this.sequence,
      epoch: this.epoch,
      sentAt: 0,
      timeNs: 0,
      orderId,
      childId: this.sequence,
      cumulative: 0,
      fee: 0,
      instrument: 1,
      price: 5_859_000,
      quantity,
      reason: 0,
      kind,
      side: 0,
      maker: 0,
      venue: 0,
    });
    this.reports.commit();
  }
}

let around: Around;
const base = { account: 'main', symbol: 'AAPL', side: 'buy', quantity: 10, type: 'limit', limitPrice: 585.9 };
const enter = async (change: object) => {
  const { status, body } = await engine('oms').request('POST', '/api/v1/orders', { ...base, ...change });
  expect({ status, body }).toMatchObject({ status: 201 });
  return (body as { orderId: number }).orderId;
};
const order = async (orderId: number) =>
  (await engine('oms').get(`/api/v1/orders/${orderId}?by=orderId`)).body as Record<string, unknown>;
const becomes = async (what: () => Promise<unknown>, expected: unknown) => {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      expect(await what()).toEqual(expected);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
};
const terms = async (orderId: number) => {
  const { status, quantity, limitPrice, stopPrice, reason } = await order(orderId);
  return { status, quantity, limitPrice, stopPrice, reason };
};
const held = async () =>
  (
    (await engine('pms').get('/api/v1/positions')).body as { positions: { symbol: string; quantity: number }[] }
  ).positions.map(({ symbol, quantity }) => `${symbol} ${quantity}`);
const announce = async (action: object) =>
  expect((await engine('pms').request('POST', '/api/v1/corporate-actions', action)).status).toBe(201);
const roll = async (closes: string) =>
  expect((await engine('pms').request('POST', '/api/v1/day/roll', { closes })).status).toBe(200);
const stateOf = async () =>
  (await engine('oms').get('/api/v1/state')).body as { sequence: number; durable: number; stateHash: string };

const orders = { sellStop: 0, buyStop: 0, resting: 0, other: 0 };

beforeAll(async () => {
  for (const name of ['oms', 'pms'] as const) bundles.set(name, bundle(`engines/${name}/main.ts`, scratch.path));
  around = new Around(1);
  around.trade(5_859_500);
  await start('pms', 'oms');
  const bought = await enter({ clientOrderId: 'bought', quantity: 101 });
  around.report(ReportKind.fill, bought, 101);
  await becomes(held, ['AAPL 101']);
  const stop = { type: 'stop', limitPrice: undefined };
  orders.sellStop = await enter({ ...stop, clientOrderId: 'sell-stop', side: 'sell', quantity: 101, stopPrice: 560 });
  orders.buyStop = await enter({ ...stop, clientOrderId: 'buy-stop', stopPrice: 700 });
  orders.resting = await enter({ clientOrderId: 'resting', quantity: 50 });
  around.report(ReportKind.working, orders.resting);
  await becomes(async () => (await order(orders.resting)).status, 'new');
});
afterAll(async () => {
  await kill('oms', 'pms');
  around.hub.close();
  shared.remove();
  scratch.remove();
});

test('a split while the order system is down: it is done to its orders when it is back, once', async () => {
  await announce({ id: 'split', type: 'split', symbol: 'AAPL', exDate: '2012-06-22', over: 3, under: 2, price: 390 });
  await kill('oms');
  await roll('2012-06-21');
  await becomes(held, ['AAPL 151']);
  await start('oms');
  const reason = 'corporateAction';
  await becomes(() => terms(orders.resting), { status: 'pendingCancel', quantity: 50, limitPrice: 585.9, reason });
  expect(await terms(orders.sellStop)).toEqual({ status: 'suspended', quantity: 151, stopPrice: 373.33 });
  // The last trade, 585.95, is past its new stop, but was made in old shares.
  expect(await terms(orders.buyStop)).toEqual({ status: 'suspended', quantity: 15, stopPrice: 466.67 });
  around.report(ReportKind.cancelled, orders.resting, 50);
  await becomes(async () => (await order(orders.resting)).status, 'cancelled');
});

test('killed both, and with rings that are lost: the action is told again and changes nothing', async () => {
  await becomes(async () => {
    const { sequence, durable } = await stateOf();
    return sequence - durable;
  }, 0);
  const before = await stateOf();
  await kill('oms', 'pms');
  await start('pms', 'oms');
  expect(await stateOf()).toEqual(before);
  await kill('oms', 'pms');
  around.hub.close();
  for (const file of readdirSync(shared.path)) rmSync(path.join(shared.path, file), { recursive: true });
  mkdirSync(shared.path, { recursive: true });
  around = new Around(2);
  around.trade(5_859_500);
  await start('pms', 'oms');
  const actions = around.hub.subscribe(topics.corporateActions, { name: 'test', from: 'oldest' });
  await becomes(async () => actions.lag(), 1);
  await becomes(async () => (await stateOf()).sequence > before.sequence, true);
  expect(await terms(orders.sellStop)).toMatchObject({ quantity: 151, stopPrice: 373.33 });
  expect(await terms(orders.buyStop)).toMatchObject({ status: 'suspended', quantity: 15, stopPrice: 466.67 });
  expect(await held()).toEqual(['AAPL 151']);
});

test('a dividend lowers the sell stop; a trade of the new day lets the buy stop go', async () => {
  await announce({
    id: 'dividend',
    type: 'cash-dividend',
    symbol: 'AAPL',
    exDate: '2012-06-25',
    amount: 2.655,
    payDate: '2012-06-28',
  });
  await roll('2012-06-22');
  await becomes(() => terms(orders.sellStop), { status: 'suspended', quantity: 151, stopPrice: 370.67 });
  expect(await terms(orders.buyStop)).toMatchObject({ stopPrice: 466.67 });
  around.trade(4_666_700);
  await becomes(async () => (await order(orders.buyStop)).status, 'pendingNew');
});

test('a merger ends what is open, and what is held becomes the other', async () => {
  const merger = { type: 'merger', symbol: 'AAPL', into: 'PEAR', over: 1, under: 2, amount: 0, price: 900 };
  await announce({ id: 'merger', ...merger, exDate: '2012-06-26', payDate: '2012-06-28' });
  await roll('2012-06-25');
  await becomes(async () => (await terms(orders.sellStop)).status, 'cancelled');
  await becomes(async () => (await terms(orders.buyStop)).status, 'pendingCancel');
  expect(await held()).toContain('PEAR 75');
});

test('the journal of the order system tells the same', async () => {
  const { sequence, stateHash } = await stateOf();
  await engine('oms').stop();
  expect(replayJournal(dataOf('oms'))).toMatchObject({ sequence, stateHash });
  await start('oms');
});
