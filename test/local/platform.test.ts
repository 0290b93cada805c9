import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startOf } from '../../operations/local/processes';

const run = promisify(execFile);
const root = path.join(__dirname, '..', '..');
const home = mkdtempSync(path.join(tmpdir(), 'nautilus-local-'));
const portOffset = 21_000;
const oms = `http://127.0.0.1:${9010 + portOffset}/api/v1`;
const pms = `http://127.0.0.1:${9030 + portOffset}/api/v1`;
const profileFile = path.join(home, 'local-test.yaml');

interface Status {
  services: { name: string; state: string; port: number; pid: number; memoryBytes: number }[];
}
interface Order {
  orderId: number;
  clientOrderId: string;
  status: string;
  quantity: number;
  filledQuantity: number;
}

/** Runs the real command; an exit code other than 0 is returned, not thrown. */
async function nautilus(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const result = await run(process.execPath, [path.join(root, 'bin', 'nautilus.js'), ...args], {
      env: { ...process.env, NAUTILUS_HOME: home },
    });
    return { code: 0, ...result };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const status = async (): Promise<Status['services']> =>
  (JSON.parse((await nautilus('local', 'status', '--json')).stdout) as Status).services;
const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
const send = (order: object): Promise<Response> =>
  fetch(`${oms}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account: 'main', symbol: 'AAPL', side: 'buy', type: 'market', ...order }),
  });

/** Polls until the condition gives a value; fails with what was last seen. */
async function eventually<T>(what: string, read: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read().catch(() => undefined);
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await delay(100);
  }
}

const filledOrder = (id: number | string) =>
  eventually(`order ${id} filled`, async () => {
    const order = await get<Order>(`${oms}/orders/${id}`);
    return order.status === 'filled' ? order : undefined;
  });

const databaseClient = () =>
  new Client({
    host: '127.0.0.1',
    port: 5432 + portOffset,
    user: 'nautilus',
    database: 'nautilus',
    password: readFileSync(path.join(home, 'secrets', 'postgres-password'), 'utf8').trim(),
  });

/** Rows of executions in the database by order, once every execution that the OMS knows is there. */
async function storedShares(): Promise<number> {
  const client = databaseClient();
  await client.connect();
  try {
    const { rows } = await client.query<{ shares: string | null }>(
      'SELECT sum(quantity) AS shares FROM trading.executions',
    );
    return Number(rows[0]?.shares ?? 0);
  } finally {
    await client.end();
  }
}

const totalFilled = async (): Promise<number> =>
  (await get<{ orders: Order[] }>(`${oms}/orders`)).orders.reduce((sum, order) => sum + order.filledQuantity, 0);

beforeAll(async () => {
  writeFileSync(
    profileFile,
    `name: local-test\nextends: laptop\ndescription: local mode under test\nexposure: { address: 127.0.0.1, services: all, portOffset: ${portOffset} }\n`,
  );
  const { code, stderr } = await nautilus('local', 'up', '--detach', '--profile', profileFile);
  if (code !== 0) throw new Error(stderr);
}, 120_000);

afterAll(async () => {
  await nautilus('local', 'down');
  rmSync(home, { recursive: true, force: true });
}, 60_000);

test('every service says that it is healthy, with its port, process and memory', async () => {
  const services = await status();
  expect(services.map(({ name }) => name).sort()).toEqual(['ems', 'marketdata', 'oms', 'pms', 'postgres', 'risk']);
  for (const service of services) {
    expect(service).toMatchObject({ state: 'healthy', port: expect.any(Number), pid: expect.any(Number) });
    expect(service.memoryBytes).toBeGreaterThan(1 << 20);
  }
});

test('the first-look order is worked to the last share and becomes the position', async () => {
  const { orders } = await get<{ orders: Order[] }>(`${oms}/orders`);
  const first = orders.find(({ clientOrderId }) => clientOrderId.startsWith('first-look-'))!;
  expect((await filledOrder(first.orderId)).filledQuantity).toBe(1000);
  const position = await eventually('position of 1,000', async () => {
    const found = await get<{ quantity: number; averagePrice: number }>(`${pms}/positions/main/AAPL`);
    return found.quantity === 1000 ? found : undefined;
  });
  expect(position.averagePrice).toBeGreaterThan(577);
  expect(position.averagePrice).toBeLessThan(590);
}, 90_000);

test('an order sent twice exists once', async () => {
  const order = { clientOrderId: 'twice', quantity: 7 };
  const first = await send(order);
  const second = await send(order);
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(((await first.json()) as Order).orderId).toBe(((await second.json()) as Order).orderId);
  await filledOrder('twice');
  const { orders } = await get<{ orders: Order[] }>(`${oms}/orders`);
  expect(orders.filter(({ clientOrderId }) => clientOrderId === 'twice')).toHaveLength(1);
}, 90_000);

test.each([
  ['a limit price between ticks', { quantity: 1, type: 'limit', limitPrice: 585.001 }],
  ['a quantity of nothing', { quantity: 0 }],
  ['an unknown symbol', { quantity: 1, symbol: 'ZZZZ' }],
  ['more than one order may have', { quantity: 5001 }],
])('%s is refused with a stable code', async (what, order) => {
  const answer = await send({ clientOrderId: `bad ${what}`.replaceAll(' ', '-'), ...order });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/^NAUT_/), message: expect.any(String) });
});

test('an OMS killed while it works an order comes back, with nothing lost and nothing filled twice', async () => {
  const before = await get<{ quantity: number }>(`${pms}/positions/main/AAPL`);
  await send({
    clientOrderId: 'survivor',
    quantity: 600,
    algorithm: { kind: 'twap', durationSeconds: 100, slices: 10 },
  });
  await eventually('a first fill', async () =>
    (await get<Order>(`${oms}/orders/survivor`)).filledQuantity > 0 ? true : undefined,
  );
  process.kill((await status()).find(({ name }) => name === 'oms')!.pid, 'SIGKILL');
  await eventually('the death of the OMS', async () =>
    (await status()).some(({ state }) => state === 'stopped') ? true : undefined,
  );

  const { code, stderr } = await nautilus('local', 'up', '--detach', '--no-order', '--profile', profileFile);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect((await filledOrder('survivor')).filledQuantity).toBe(600);
  await eventually('a position that grew by 600', async () =>
    (await get<{ quantity: number }>(`${pms}/positions/main/AAPL`)).quantity === before.quantity + 600
      ? true
      : undefined,
  );
  await delay(500);
  expect((await get<{ quantity: number }>(`${pms}/positions/main/AAPL`)).quantity).toBe(before.quantity + 600);

  const live = await get<{ sequence: number; stateHash: string }>(`${oms}/state`);
  const replayed = JSON.parse((await nautilus('replay', 'journal', path.join(home, 'data', 'oms'), '--json')).stdout);
  expect(replayed).toMatchObject({ sequence: live.sequence, stateHash: live.stateHash });
}, 120_000);

test('trading goes on while PostgreSQL is stopped, and what was traded is in the database afterwards', async () => {
  const postgres = (await status()).find(({ name }) => name === 'postgres')!;
  process.kill(postgres.pid, 'SIGINT');
  await eventually('a stopped database', async () =>
    (await status()).some(({ name, state }) => name === 'postgres' && state === 'stopped') ? true : undefined,
  );
  await send({ clientOrderId: 'without-database', quantity: 11 });
  await filledOrder('without-database');

  expect((await nautilus('local', 'up', '--detach', '--no-order', '--profile', profileFile)).code).toBe(0);
  const filled = await totalFilled();
  await eventually('all executions in the database', async () =>
    (await storedShares()) === filled ? true : undefined,
  );
}, 120_000);

test('the profile that runs is not exchanged for another while it runs', async () => {
  const { code, stderr } = await nautilus('local', 'up', '--profile', 'ci', '--detach');
  expect(code).toBe(1);
  expect(stderr).toContain('NAUT_ALREADY_RUNNING');
});

test('down leaves no process, no listening port and no shared memory', async () => {
  const services = await status();
  expect((await nautilus('local', 'down')).code).toBe(0);
  for (const { pid, port } of services) {
    expect(startOf(pid)).toBeUndefined();
    await expect(connects(port)).resolves.toBe(false);
  }
  expect(await status()).toEqual([]);
  expect(readdirSync(home)).not.toContain('run.json');
}, 60_000);

test('a taken port is told before anything starts', async () => {
  const squatter = net.createServer().listen(9020 + portOffset, '127.0.0.1');
  try {
    const { code, stderr } = await nautilus('local', 'up', '--detach', '--profile', profileFile);
    expect(code).toBe(1);
    expect(stderr).toContain(`NAUT_PORT_TAKEN`);
    expect(stderr).toContain(`ems needs ${9020 + portOffset}`);
    expect(await status()).toEqual([]);
  } finally {
    squatter.close();
  }
});

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
