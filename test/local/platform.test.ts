import { existsSync, statSync, writeFileSync } from 'node:fs';
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

test('orders, positions, the ledger and its breaks are read in a terminal, as tables and as JSON', async () => {
  const look = async (...words: string[]) => {
    const { code, stdout, stderr } = await local.nautilus(...words, '--profile', local.profile);
    return { code, stdout, stderr };
  };
  const read = async <T>(...words: string[]) => JSON.parse((await look(...words, '--json')).stdout) as T;
  const { orders } = await read<{ orders: Order[] }>('orders', '--status', 'filled');
  expect(orders.map(({ orderId }) => orderId)).toContain(1);
  expect((await look('orders')).stdout).toMatch(/^order .*status.*\n +\d+ .* main +AAPL +buy /);
  const one = await read<{ order: Order; executions: { quantity: number }[] }>('orders', '1');
  expect(one.executions.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(one.order.filledQuantity);
  expect(await look('orders', 'no-such-order')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('NAUT_ORDER_UNKNOWN_ORDER'),
  });

  const { positions } = await read<{ positions: { symbol: string; quantity: number }[] }>('positions');
  expect(positions).toMatchObject([{ symbol: 'AAPL', quantity: (await local.position()).quantity }]);
  const trial = await read<{ imbalance: number; balances: { balance: number }[] }>('ledger');
  expect(trial.imbalance).toBe(0);
  expect(trial.balances.reduce((sum, { balance }) => sum + Math.round(balance * 1e4), 0)).toBe(0);
  const { parents } = await read<{ parents: { orderId: number; report: { filled: { quantity: number } } }[] }>('tca');
  expect(parents.find(({ orderId }) => orderId === 1)).toMatchObject({
    report: { filled: { quantity: one.order.filledQuantity } },
  });
  expect((await look('tca', '1', '--children')).stdout).toMatch(
    /\ncost against arrival .*\n(.*\n)*total .*\n(.*\n)* *child +venue /,
  );
  expect(await look('reconcile')).toMatchObject({ code: 0, stdout: 'no breaks\n' });
});

test('a custodian who knows an account that nobody has: a break in the terminal, until somebody says why', async () => {
  const look = (...words: string[]) => local.nautilus('reconcile', ...words, '--profile', local.profile);
  const read = async <T>(...words: string[]) =>
    JSON.parse((await local.nautilus(...words, '--json', '--profile', local.profile)).stdout) as T;
  const { day, balances } = await read<{
    day: string;
    balances: { account: string; currency: string; book: string; balance: number }[];
  }>('ledger');
  const { positions } = await read<{ positions: { account: string; symbol: string; quantity: number }[] }>('positions');
  const cash = new Map<string, number>();
  for (const { account, currency, book, balance } of balances)
    if (book === 'cash' || book === 'unsettled')
      cash.set(`${account},,${currency}`, (cash.get(`${account},,${currency}`) ?? 0) + Math.round(balance * 1e4));
  const file = path.join(local.home, 'statement.csv');
  const lines = [
    ...positions.map(({ account, symbol, quantity }) => `${account},${symbol},USD,${quantity}`),
    ...[...cash].map(([purse, amount]) => `${purse},${amount / 1e4}`),
    'nobody,AAPL,USD,100',
  ];
  const send = (content: readonly string[]) => {
    const rows = content.map((line) => `${line},${day},no`);
    writeFileSync(file, ['account,symbol,currency,quantity,as_of,settled', ...rows, ''].join('\n'));
    return look(file, '--custodian', 'northern');
  };
  const id = 'northern/unknown-account/shares/nobody/AAPL';
  const found = await send(lines);
  expect(found.code).toBe(2);
  expect(found.stdout.match(/^northern\/\S+/gm)).toEqual([id]);
  expect(await look('--explain', id, '--note', 'opened by them by mistake')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('explained'),
  });
  expect(await send(lines.slice(0, -1))).toMatchObject({ code: 0, stdout: 'no breaks\n' });
  expect(await send(['main,AAPL,USD,1.5'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/NAUT_CUSTODIAN_FILE(.*\n)*.*line 2, column quantity: "1.5"/),
  });
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
