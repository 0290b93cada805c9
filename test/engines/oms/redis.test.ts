import fs from 'node:fs';
import { ReportKind } from '@nautilus/core/domain';
import { CacheServer, cacheInstalled } from './cache-server';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';
import { forgetful } from './surroundings';

jest.setTimeout(120_000);

if (!cacheInstalled)
  process.stdout.write('Redis behind the order system is not tested: redis-server is not installed\n');

const ORDERS = 0;
const TRADES = 2;
const keep = { orders: 20, positions: 1, trades: 15, tradeSeconds: 86_400 };

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, step) => from + step);

(cacheInstalled ? describe : describe.skip).each([
  ['', undefined],
  [', when the journal keeps nothing of the past', forgetful],
])('Redis behind the order system%s', (_, journal) => {
  let server: CacheServer;
  let platform: Platform;
  let desk: ExecutionDesk;
  let orders = 0;

  const fillOne = async () => {
    const { around } = platform;
    around.enter({ clientOrderId: ++orders, quantity: 3 });
    await around.until(
      'it is filled',
      () => {
        desk.trade(5);
        return around.executions.reduce((sum, { quantity }) => sum + quantity, 0) === 3 * orders;
      },
      desk.obey,
    );
  };
  const untilCached = (order: number) =>
    platform.around.until(
      `order ${order} is there`,
      async () => (await server.hash(ORDERS, `orders:${order}`).catch(() => undefined))?.status === 'filled',
    );

  beforeAll(async () => {
    server = await CacheServer.started();
    const { port, passwordFile } = server;
    platform = new Platform({
      redis: { host: '127.0.0.1', port, passwordFile, keep },
      ...(journal && { engine: { journal } }),
    });
    await platform.start();
    desk = new ExecutionDesk(platform.around);
    desk.restart();
  });
  afterAll(async () => {
    await platform.remove();
    await server.remove();
  });

  test('an order is a hash under its number, also when Redis was away while it traded', async () => {
    await fillOne();
    await untilCached(1);
    await server.stop();
    await fillOne();
    server.start();
    await untilCached(2);
    expect(await server.hash(ORDERS, 'orders:2')).toMatchObject({
      orderId: '2',
      clientOrderId: '2',
      filledQuantity: '3',
      symbol: 'AAPL',
    });
    expect(await server.ask(ORDERS, (client) => client.get('order-ids:main:2'))).toBe('2');
  });

  test('fills are in a database of their own and end a day after they happened; orders never end', async () => {
    const fill = await server.hash(TRADES, 'trades:1');
    expect(fill).toMatchObject({ executionId: '1', orderId: '1', account: 'main', symbol: 'AAPL' });
    const end = await server.ask(TRADES, (client) => client.pexpiretime('trades:1'));
    expect(end).toBe(Date.parse(fill.at as string) + keep.tradeSeconds * 1000);
    expect(await server.ask(ORDERS, (client) => client.pexpiretime('orders:1'))).toBe(-1);
  });

  test('a password changed while connected: the session goes on, the next one takes the new value', async () => {
    const next = 'second';
    fs.writeFileSync(`${server.passwordFile}.next`, next);
    await server.ask(0, (client) => client.config('SET', 'requirepass', next));
    server.password = next;
    await fillOne();
    await untilCached(3);
    await server.stop();
    server.start();
    await fillOne();
    await untilCached(4);
    fs.renameSync(`${server.passwordFile}.next`, server.passwordFile);
    await platform.kill();
    await platform.start();
    await fillOne();
    await untilCached(5);
  });

  test('a cache that is full delays nothing, and has all when there is room again', async () => {
    await server.ask(0, (client) => client.config('SET', 'maxmemory', '1'));
    await fillOne();
    await platform.around.until('it lags', async () => {
      const { body } = await platform.oms.get('/metrics');
      return /^nautilus_write_behind_lag_records\{.*\} [1-9]/m.test(String(body));
    });
    expect(await server.hash(ORDERS, 'orders:6')).toEqual({});
    await server.ask(0, (client) => client.config('SET', 'maxmemory', '0'));
    await untilCached(6);
  });

  test('when there are too many, ended orders go, the first one first, and an open one never', async () => {
    const { around } = platform;
    around.enter({ clientOrderId: 1_000_000, quantity: 3, limitPrice: 5_855_000 });
    await around.until('it is accepted', () => around.accepted().some((ack) => ack.clientOrderId === 1_000_000));
    const open = around.accepted().find((ack) => ack.clientOrderId === 1_000_000)?.orderId as number;
    expect(open).toBe(7);
    const fillNext = async () => {
      const entered = ++orders;
      around.enter({ clientOrderId: entered, quantity: 3 });
      let order: number | undefined;
      await around.until(
        'it is filled',
        () => {
          order = around.accepted().find((ack) => ack.clientOrderId === entered)?.orderId;
          if (order !== undefined && !around.filled.has(order))
            around.report({ kind: ReportKind.fill, orderId: order, quantity: 3 });
          return order !== undefined && around.filled.get(order) === 3;
        },
        desk.obey,
      );
      return order as number;
    };
    let last = 0;
    for (let count = 0; count < 30; count++) last = await fillNext();
    await untilCached(last);
    expect(last).toBe(37);
    // 20 are kept: the open one and the last 19.
    const kept = [open, ...numbers(19, 37)];
    expect(await server.numbers(ORDERS, 'orders')).toEqual(kept);
    expect((await server.ask(ORDERS, (client) => client.keys('order-ids:*'))).length).toBe(kept.length);
    expect(await server.numbers(TRADES, 'trades')).toHaveLength(keep.trades);
  });

  test('a killed order system goes on with the same cache', async () => {
    expect(platform.hasForgotten).toBe(journal !== undefined);
    const before = [await server.numbers(ORDERS, 'orders'), await server.numbers(TRADES, 'trades')];
    await platform.kill();
    await platform.start();
    await platform.around.until('it follows', async () => {
      const { body } = await platform.oms.get('/metrics');
      return /^nautilus_write_behind_lag_records\{.*\} 0$/m.test(String(body));
    });
    expect([await server.numbers(ORDERS, 'orders'), await server.numbers(TRADES, 'trades')]).toEqual(before);
  });
});
