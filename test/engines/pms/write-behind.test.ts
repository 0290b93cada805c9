import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { Side, tables, topics } from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import Redis from 'ioredis';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';
import { Database } from '../oms/database';
import {
  booksOf,
  expectActionsAndCallsAreJournal,
  expectBreaksAreJournal,
  expectLedgerIsJournal,
  expectPositionsAreJournal,
} from './database-and-journal';

jest.setTimeout(120_000);

const SYMBOLS = 8;
const engine = {
  session: '2012-06-21',
  accounts: [
    { id: 1, name: 'alpha', initialCash: 1_000_000, currency: 'USD' },
    { id: 2, name: 'beta', initialCash: 500_000, currency: 'USD', costMethod: 'fifo' },
  ],
  instruments: Array.from({ length: SYMBOLS }, (_, row) => ({
    id: row + 1,
    symbol: `S${row + 1}`,
    currency: 'USD',
    tickSize: 100,
  })),
};

/** Execution number `sequence` of a flow that anyone can repeat: positions open, turn and close. */
const execution = (sequence: number) => ({
  sequence,
  sentAt: 0,
  timeNs: 0,
  childId: sequence,
  maker: 0,
  fee: sequence % 5,
  strategy: sequence % 3,
  venue: 0,
  orderId: 1 + (sequence % 7),
  account: 1 + (sequence % 2),
  instrument: 1 + ((sequence * 13) % SYMBOLS),
  price: 5_850_000 + ((sequence * 7919) % 400) * 100,
  quantity: 100,
  side: (sequence >> 4) % 2 === 0 ? Side.buy : Side.sell,
});

const installed = spawnSync('redis-server', ['--version']).status === 0;
if (!installed) process.stdout.write('Redis behind the books is not tested: redis-server is not installed\n');

describe('the databases behind the books', () => {
  const scratch = scratchDirectory('pms-behind');
  const data = path.join(scratch.path, 'data');
  const rings = path.join(scratch.path, 'rings');
  const keep = { orders: 1, positions: 24, trades: 1, tradeSeconds: 1 };
  let database: Database;
  let pms: EngineProcess;
  let program: string;
  let configuration: { service: string; port: number };
  let redisPort: number;
  let cache: ReturnType<typeof spawn> | undefined;
  const hub = openHub({ directory: rings });
  const executions = hub.publish(topics.executions);
  let sequence = 0;

  const startCache = () => {
    const options = ['--port', String(redisPort), '--save', '', '--dir', scratch.path];
    cache = installed ? spawn('redis-server', options, { stdio: 'ignore' }) : undefined;
  };
  const trade = async (count: number) => {
    const last = sequence + count;
    const until = Date.now() + 20_000;
    for (;;) {
      while (sequence < last) {
        const message = executions.claim();
        if (message === undefined) break;
        message.assign(execution(++sequence));
        executions.commit();
      }
      const { body } = await pms.get('/api/v1/state');
      if ((body as { sequence: number }).sequence === last) return;
      if (Date.now() > until) throw new Error(`not booked within 20 s: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const start = async () => {
    pms = await new EngineProcess(program, configuration, scratch.path).answers('/health');
  };
  const kill = async () => {
    pms.signal('SIGKILL');
    await pms.ended;
  };
  const written = async () => {
    const until = Date.now() + 20_000;
    for (;;) {
      const { body } = await pms.get('/metrics');
      const lags = [...String(body).matchAll(/^nautilus_write_behind_lag_records\{.*\} (\S+)$/gm)];
      if (lags.length > 0 && lags.every(([, value]) => value === '0')) return;
      if (Date.now() > until) throw new Error(`not written within 20 s: ${lags.map(([line]) => line)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const folded = () => booksOf(data);
  const move = (id: string, account: string, movement: string, amount: number) =>
    pms.request('POST', '/api/v1/cash', { id, account, currency: 'USD', movement, amount });
  const calls = async () =>
    ((await pms.get('/api/v1/margin/calls')).body as { calls: { account: string; state: string }[] }).calls;
  const untilCall = async (account: string, state: string) => {
    const until = Date.now() + 20_000;
    while (!(await calls()).some((call) => call.account === account && call.state === state)) {
      if (Date.now() > until) throw new Error(`no margin call of ${account} is ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  /** Alpha's margin call is met, beta's is not. */
  const callAndMeet = async () => {
    const quotes = hub.table(tables.quotes);
    for (const { id } of engine.instruments)
      quotes.write(id, (quote) => {
        quote.timeNs = 1;
        quote.bid = quote.ask = 5_860_000;
        quote.bidQuantity = quote.askQuantity = 100;
      });
    for (const account of ['alpha', 'beta']) {
      await move(`out ${account}`, account, 'withdrawal', 5_000_000);
      await untilCall(account, 'open');
    }
    await move('in', 'alpha', 'deposit', 5_000_000);
    await untilCall('alpha', 'met');
  };
  /** One action becomes effective, the other's day is far; the days pass on which beta's call was due. */
  const actAndExpire = async () => {
    const split = { id: 'split', type: 'split', symbol: 'S1', exDate: '2012-06-22', over: 2, under: 1, price: 293 };
    const cash = { id: 'cash', type: 'cash-dividend', symbol: 'S2', exDate: '2012-09-04', payDate: '2012-09-10' };
    for (const action of [split, { ...cash, amount: 0.25 }])
      expect((await pms.request('POST', '/api/v1/corporate-actions', action)).status).toBe(201);
    for (const closes of ['2012-06-21', '2012-06-22', '2012-06-25', '2012-06-26', '2012-06-27'])
      expect((await pms.request('POST', '/api/v1/day/roll', { closes })).status).toBe(200);
    await untilCall('beta', 'expired');
  };

  beforeAll(async () => {
    program = bundle('engines/pms/main.ts', scratch.path);
    database = await Database.create();
    redisPort = await freePort();
    configuration = {
      service: 'pms',
      port: await freePort(),
      ...{
        profile: 'test',
        poll: 'yield',
        sharedMemory: rings,
        dataDirectory: data,
        engine,
        postgres: database.access,
      },
      ...(installed && { redis: { host: '127.0.0.1', port: redisPort, keep } }),
    };
    await start();
  });
  afterAll(async () => {
    await kill();
    hub.close();
    cache?.kill();
    await database.remove();
    scratch.remove();
  });

  test('books go on while no database is there, and when both sides die', async () => {
    await trade(500);
    await database.start();
    startCache();
    await trade(500);
    await database.stop();
    await trade(300);
    await kill();
    await start();
    await trade(200);
    await callAndMeet();
    await actAndExpire();
    await database.start();
    await move('d1', 'alpha', 'deposit', 12.34);
    const content = 'account,symbol,currency,quantity,as_of,settled\nalpha,S1,USD,1,2012-06-28,no\n';
    expect(
      (await pms.request('POST', '/api/v1/reconciliation/statements', { id: 's1', custodian: 'north', content }))
        .status,
    ).toBe(201);
    await written();
    await pms.stop();
    expect(folded().executions.last).toBe(1500);
  });

  test('every line of the ledger is in PostgreSQL as in the journal, and adds up to nothing', async () => {
    expect(await expectLedgerIsJournal(database, data)).toBeGreaterThan(3000);
  });

  test('positions and breaks are in PostgreSQL as in the journal', async () => {
    const books = folded();
    expect(books.breaks.all.length).toBeGreaterThan(0);
    await expectPositionsAreJournal(database, books);
    await expectBreaksAreJournal(database, books);
  });

  test('corporate actions and margin calls are in PostgreSQL as they are in the journal', async () => {
    const books = folded();
    expect([...books.actions.values()].map(({ state }) => state)).toEqual(['effective', 'announced']);
    expect(books.calls.all.map(({ state }) => state)).toEqual(expect.arrayContaining(['met', 'expired']));
    await expectActionsAndCallsAreJournal(database, books);
  });

  (installed ? test : test.skip)(
    'the cache has every open position, and flat ones as far as there is room',
    async () => {
      const client = new Redis({ port: redisPort, db: 1 });
      const { positions, definitions } = folded();
      const { table } = positions;
      const keys = (await client.keys('positions:*')).sort();
      const rows = Array.from({ length: table.count }, (_, row) => table.row(row));
      const named = ({ account, strategy, instrument }: (typeof rows)[0]) =>
        `positions:${definitions.accounts[account]!.name}:${strategy}:${definitions.instruments[instrument]!.id}`;
      const open = rows.filter(({ quantity }) => quantity !== 0);
      expect(keys).toEqual(expect.arrayContaining(open.map(named)));
      expect(keys.length).toBe(Math.max(open.length, Math.min(table.count, keep.positions)));
      for (const row of rows.filter((one) => keys.includes(named(one))))
        expect(await client.hget(named(row), 'quantity')).toBe(String(row.quantity));
      for (const key of keys) expect(await client.ttl(key)).toBe(-1);
      client.disconnect();
    },
  );
});
