import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { loadProfile } from '@nautilus/config';
import { RedisSink, type RedisWriter } from '@nautilus/core/persistence';
import Redis from 'ioredis';
import { cacheMemory, cachePolicy, recordBytes } from '../../../config/profile/cache-policy';
import type { ExecutionReply, OrderReply } from '../../../engines/oms/api/schemas';
import { cacheKeys, toRedis as ordersToRedis } from '../../../engines/oms/write-behind/cache-keys';
import type { CacheRows } from '../../../engines/oms/write-behind/cache-projection';
import {
  type PositionRows,
  positionKeys,
  toRedis as positionsToRedis,
} from '../../../engines/pms/write-behind/position-cache';
import { freePort } from '../../support/free-port';
import { scratchDirectory } from '../engine-process';

const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);
/** The cache of the profile that keeps what the requirements ask for, a twentieth of it; NAUTILUS_SOAK=20: all of it. */
const share = Math.min(1, SOAK / 20);
const { services, workload } = loadProfile('m4-max-128gb');
const room = { limit: services.redis!.claim.memory.limit, clients: workload.cacheClients };
const maxmemory = Math.floor(cacheMemory(room).data.bytes * share);
const wanted = cachePolicy(room);
const COUNTS = { orders: wanted.orders * share, positions: wanted.positions * share, trades: wanted.trades * share };
const BATCH = 1000;
const DAY = 86_400;

jest.setTimeout(120_000 * Math.min(10, SOAK));

const installed = spawnSync('redis-server', ['--version']).status === 0;
if (!installed) process.stdout.write('the size of the cache is not tested: redis-server is not installed\n');

const at = new Date(Date.now() - 3_600_000).toISOString();

/** With long names and every field there is. */
const order = (number: number): OrderReply =>
  ({
    orderId: number,
    clientOrderId: `strategy-seventeen-${String(number).padStart(12, '0')}`,
    account: 'institutional-3',
    symbol: 'GOOGL',
    side: 'sell',
    type: 'limit',
    timeInForce: 'day',
    strategy: 17,
    quantity: 100_000,
    limitPrice: 585.9401,
    algorithm: { kind: 'twap', durationSeconds: 60, slices: 10, startNs: 34_200e9, endNs: 34_260e9 },
    status: 'partiallyFilled',
    filledQuantity: 99_999,
    leftQuantity: 1,
    averagePrice: 585.94010203,
    reason: 'collar',
    contingency: 'exit',
    linked: [number + 1, number + 2],
    parent: number,
    stopPrice: 585.9401,
    held: ['primary', 'stop'],
    displayQuantity: 1000,
    createdAt: at,
    updatedAt: at,
  }) as OrderReply;

const trade = (number: number): ExecutionReply => ({
  executionId: number,
  orderId: number,
  childId: 4_294_967_296 + number,
  account: 'institutional-3',
  symbol: 'GOOGL',
  side: 'sell',
  price: 585.9401,
  quantity: 100_000,
  liquidity: 'maker',
  fee: -12.3456,
  venue: 2,
  timeNs: 34_200_000_000_000 + number,
  at,
});

const position = (number: number): PositionRows['positions'][number] => ({
  key: `positions:institutional-3:${number % 1000}:${Math.floor(number / 1000)}`,
  fields: {
    account: 'institutional-3',
    strategy: number % 1000,
    symbol: 'GOOGL',
    currency: 'USD',
    quantity: -123_456,
    unsettled: 123_456,
    cost: -72_337_777.1234,
    realised: 123_456.7891,
    fees: -1234.5678,
  },
});

const range = (from: number, count: number) => Array.from({ length: count }, (_, step) => from + step);

(installed ? describe : describe.skip)('what the cache holds, in a real Redis', () => {
  const directory = scratchDirectory('cache-size');
  let server: ChildProcess;
  let port: number;
  const clients: Redis[] = [];
  const client = (db: number) => {
    const one = new Redis({ port, db });
    clients.push(one);
    return one;
  };
  const memory = async () =>
    Number(/used_memory_dataset:(\d+)/.exec(await client(0).info('memory'))![1]) +
    Number(/used_memory_overhead:(\d+)/.exec(await client(0).info('memory'))![1]);

  /** Writes rows as an engine does; bytes of memory a row. */
  async function fill<Rows>(
    keys: RedisWriter<Rows>['keys'],
    write: RedisWriter<Rows>['write'],
    count: number,
    rowsOf: (numbers: number[]) => Rows,
  ): Promise<number> {
    const sink = new RedisSink({ access: { host: '127.0.0.1', port }, keys, journal: 'test', write });
    await sink.open();
    const before = await memory();
    for (let from = 1; from <= count; from += BATCH) await sink.write(rowsOf(range(from, BATCH)), from + BATCH - 1);
    const after = await memory();
    await sink.close();
    const bytes = (after - before) / count;
    process.stdout.write(`${count} ${keys[0].prefix}: ${Math.ceil(bytes)} bytes each\n`);
    return bytes;
  }
  const orderRows = (rows: Partial<CacheRows>): CacheRows => ({
    ...{ orders: [], executions: [], removedOrders: [], removedExecutions: [1, 1] },
    ...rows,
  });

  beforeAll(async () => {
    port = await freePort();
    const settings = [
      '--maxmemory',
      String(maxmemory),
      '--maxmemory-policy',
      'noeviction',
      '--save',
      '',
      '--hash-max-listpack-entries',
      '1000',
      '--hash-max-listpack-value',
      '128',
    ];
    server = spawn('redis-server', ['--port', String(port), '--dir', directory.path, ...settings], { stdio: 'ignore' });
    await client(0).ping();
  });
  afterAll(() => {
    for (const one of clients) one.disconnect();
    server.kill('SIGKILL');
    directory.remove();
  });

  test(`${COUNTS.orders} orders in database 0, each within what a profile reckons with`, async () => {
    const bytes = await fill(cacheKeys, ordersToRedis(DAY), COUNTS.orders, (numbers) =>
      orderRows({ orders: numbers.map(order) }),
    );
    expect(bytes).toBeLessThanOrEqual(recordBytes.orders);
    // Each with the key that it is found by, and the progress of the journal.
    expect(await client(0).dbsize()).toBe(2 * COUNTS.orders + 1);
    expect(await client(0).object('ENCODING', 'orders:1')).toBe('listpack');
  });

  test(`${COUNTS.positions} positions in database 1`, async () => {
    const bytes = await fill(positionKeys, positionsToRedis, COUNTS.positions, (numbers) => ({
      positions: numbers.map(position),
      removed: [],
    }));
    expect(bytes).toBeLessThanOrEqual(recordBytes.positions);
    expect(await client(1).dbsize()).toBe(COUNTS.positions + 1);
  });

  test(`${COUNTS.trades} trades in database 2, which alone have an end: a day after they happened`, async () => {
    const bytes = await fill([cacheKeys[2]!], ordersToRedis(DAY), COUNTS.trades, (numbers) =>
      orderRows({ executions: numbers.map(trade) }),
    );
    expect(bytes).toBeLessThanOrEqual(recordBytes.trades);
    const keyspace = await client(0).info('keyspace');
    const numbers = (db: number) =>
      /keys=(\d+),expires=(\d+)/
        .exec(keyspace.split('\n').find((line) => line.startsWith(`db${db}:`))!)!
        .slice(1)
        .map(Number);
    expect(numbers(0)[1]).toBe(0);
    expect(numbers(1)[1]).toBe(0);
    expect(numbers(2)).toEqual([COUNTS.trades + 1, COUNTS.trades]);
    expect(await client(2).pexpiretime(`trades:${COUNTS.trades}`)).toBe(Date.parse(at) + DAY * 1000);
  });

  test('all of them together within maxmemory, and none was evicted', async () => {
    const info = await client(0).info();
    const [used, peak, evicted] = ['used_memory', 'used_memory_peak', 'evicted_keys'].map((name) =>
      Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)![1]),
    );
    process.stdout.write(`${used} bytes used, ${peak} at most, of ${maxmemory}\n`);
    expect(evicted).toBe(0);
    expect(peak).toBeLessThan(maxmemory);
    expect(wanted).toMatchObject({ orders: 1_000_000, positions: 500_000 });
  });
});
