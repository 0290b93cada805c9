import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import Redis from 'ioredis';
import { freePort, scratchDirectory } from '../engine-process';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';

jest.setTimeout(60_000);

const installed = spawnSync('redis-server', ['--version']).status === 0;
if (!installed) process.stdout.write('Redis behind the order system is not tested: redis-server is not installed\n');

(installed ? describe : describe.skip)('Redis behind the order system', () => {
  const directory = scratchDirectory('redis');
  let server: ChildProcess;
  let port: number;
  let platform: Platform;

  const startServer = () => {
    const quiet = ['--save', '', '--appendonly', 'yes', '--dir', directory.path];
    server = spawn('redis-server', ['--port', String(port), ...quiet], { stdio: 'ignore' });
  };
  const stopServer = async () => {
    server.kill('SIGTERM');
    await once(server, 'exit');
  };
  const hashOf = async (key: string) => {
    const client = new Redis(port);
    try {
      return await client.hgetall(key);
    } finally {
      client.disconnect();
    }
  };

  beforeAll(async () => {
    port = await freePort();
    startServer();
    platform = new Platform({ redis: { host: '127.0.0.1', port } });
    await platform.start();
  });
  afterAll(async () => {
    await platform.remove();
    await stopServer();
    directory.remove();
  });

  test('an order is a hash under its number, also when Redis was away while it traded', async () => {
    const { around } = platform;
    const desk = new ExecutionDesk(around);
    desk.restart();
    const fillOne = async (clientOrderId: number) => {
      around.enter({ clientOrderId, quantity: 3 });
      await around.until(
        'it is filled',
        () => {
          desk.trade(5);
          return around.executions.reduce((sum, { quantity }) => sum + quantity, 0) === 3 * clientOrderId;
        },
        desk.obey,
      );
    };
    await fillOne(1);
    await around.until('the first is there', async () => (await hashOf('orders:1')).status === 'filled');
    await stopServer();
    await fillOne(2);
    startServer();
    await around.until('the second is there', async () => {
      const hash = await hashOf('orders:2').catch(() => ({}) as Record<string, string>);
      return hash.status === 'filled';
    });
    expect(await hashOf('orders:2')).toMatchObject({
      orderId: '2',
      clientOrderId: '2',
      filledQuantity: '3',
      symbol: 'AAPL',
    });
  });
});
