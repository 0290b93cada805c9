import { existsSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { engineNames } from '@nautilus/config/catalog';
import { isListening, startOf } from '../../operations/local/processes';
import { eventually } from '../support/eventually';
import { get, type LocalRun, type Order, startLocal } from './local-run';

let local: LocalRun;

beforeAll(async () => {
  local = await startLocal({ portOffset: 21_000, order: true });
}, 120_000);

afterAll(() => local?.stop(), 60_000);

test('every service says that it is healthy, with its port, process and memory', async () => {
  const services = await local.status();
  expect(services.map(({ name }) => name).sort()).toEqual(['postgres', ...engineNames].sort());
  for (const service of services) {
    expect(service).toMatchObject({ state: 'healthy', port: expect.any(Number), pid: expect.any(Number) });
    expect(service.memoryBytes).toBeGreaterThan(1 << 20);
  }
});

test('the first-look order is worked to the last share and becomes the position', async () => {
  const orders = await local.orders();
  const first = orders.find(({ clientOrderId }) => clientOrderId.startsWith('first-look-'))!;
  expect((await local.filled(first.orderId)).filledQuantity).toBe(1000);
  const position = await eventually('position of 1,000', async () => {
    const found = await local.position();
    return found.quantity === 1000 ? found : undefined;
  });
  expect(position.averagePrice).toBeGreaterThan(577);
  expect(position.averagePrice).toBeLessThan(590);
}, 90_000);

test('an order sent twice exists once', async () => {
  const order = { clientOrderId: 'twice', quantity: 7 };
  const first = await local.send(order);
  const second = await local.send(order);
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(((await first.json()) as Order).orderId).toBe(((await second.json()) as Order).orderId);
  await local.filled('twice');
  const orders = await local.orders();
  expect(orders.filter(({ clientOrderId }) => clientOrderId === 'twice')).toHaveLength(1);
}, 90_000);

test.each([
  ['a limit price between ticks', { quantity: 1, type: 'limit', limitPrice: 585.001 }],
  ['a quantity of nothing', { quantity: 0 }],
  ['an unknown symbol', { quantity: 1, symbol: 'ZZZZ' }],
  ['more than one order may have', { quantity: 5001 }],
])('%s is refused with a stable code', async (what, order) => {
  const answer = await local.send({ clientOrderId: `bad ${what}`.replaceAll(' ', '-'), ...order });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/^NAUT_/), message: expect.any(String) });
});

test('an OMS killed while it works an order comes back, with nothing lost and nothing filled twice', async () => {
  const before = await local.position();
  await local.send({
    clientOrderId: 'survivor',
    quantity: 600,
    algorithm: { kind: 'twap', durationSeconds: 100, slices: 10 },
  });
  await eventually('a first fill', async () => ((await local.order('survivor')).filledQuantity > 0 ? true : undefined));
  process.kill((await local.status()).find(({ name }) => name === 'oms')!.pid, 'SIGKILL');
  await eventually('the death of the OMS', async () =>
    (await local.status()).some(({ state }) => state === 'stopped') ? true : undefined,
  );

  const { code, stderr } = await local.up();
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect((await local.orders()).filter(({ clientOrderId }) => clientOrderId.startsWith('first-look-'))).toHaveLength(1);
  expect((await local.filled('survivor')).filledQuantity).toBe(600);
  await eventually('a position that grew by 600', async () =>
    (await local.position()).quantity === before.quantity + 600 ? true : undefined,
  );
  await delay(500);
  expect((await local.position()).quantity).toBe(before.quantity + 600);

  const live = await get<{ sequence: number; stateHash: string }>(`${local.address('oms')}/api/v1/state`);
  const keys = path.join(local.home, 'secrets', 'oms-journal-keys');
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  const replayed = JSON.parse(
    (await local.nautilus('replay', 'journal', path.join(local.home, 'data', 'oms'), '--keys', keys, '--json')).stdout,
  );
  expect(replayed).toMatchObject({ sequence: live.sequence, stateHash: live.stateHash });
}, 120_000);

test('trading goes on while PostgreSQL is stopped, and what was traded is in the database afterwards', async () => {
  const postgres = (await local.status()).find(({ name }) => name === 'postgres')!;
  process.kill(postgres.pid, 'SIGINT');
  await eventually('a stopped database', async () =>
    (await local.status()).some(({ name, state }) => name === 'postgres' && state === 'stopped') ? true : undefined,
  );
  await local.send({ clientOrderId: 'without-database', quantity: 11 });
  await local.filled('without-database');

  expect((await local.up()).code).toBe(0);
  const filled = (await local.orders()).reduce((sum, { filledQuantity }) => sum + filledQuantity, 0);
  await eventually('all executions in the database', async () =>
    (await local.storedShares()) === filled ? true : undefined,
  );
}, 120_000);

test('the profile that runs is not exchanged for another while it runs', async () => {
  const { code, stderr } = await local.nautilus('local', 'up', '--profile', 'ci', '--detach');
  expect(code).toBe(1);
  expect(stderr).toContain('NAUT_ALREADY_RUNNING');
});

test('down leaves no process, no listening port and no shared memory', async () => {
  const services = await local.status();
  expect((await local.nautilus('local', 'down')).code).toBe(0);
  for (const { pid, port } of services) {
    expect(startOf(pid)).toBeUndefined();
    await expect(isListening(port)).resolves.toBe(false);
  }
  expect(await local.status()).toEqual([]);
  expect(existsSync(path.join(local.home, 'run.json'))).toBe(false);
}, 60_000);

test('a taken port is told before anything starts', async () => {
  const squatter = net.createServer().listen(local.port('ems'), '127.0.0.1');
  try {
    const { code, stderr } = await local.up();
    expect(code).toBe(1);
    expect(stderr).toContain(`NAUT_PORT_TAKEN`);
    expect(stderr).toContain(`ems needs ${local.port('ems')}`);
    expect(await local.status()).toEqual([]);
  } finally {
    squatter.close();
  }
});
