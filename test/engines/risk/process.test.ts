import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monotonicNs, Side, tables, topics } from '@nautilus/core/domain';
import { openHub } from '@nautilus/core/transport';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';

const scratch = scratchDirectory('risk');
const program = bundle('engines/risk/main.ts', scratch.path);
const sharedMemory = path.join(scratch.path, 'shm');
const dataDirectory = path.join(scratch.path, 'data');
const hub = openHub({ directory: sharedMemory });
const executions = hub.publish(topics.executions);
const limitsTable = hub.openTable(tables.limits);
const running: EngineProcess[] = [];
let sequence = 0;

const configured = {
  maxOrderQuantity: 5000,
  maxOrderNotional: 3_000_000.5,
  maxPosition: 100,
  collarBasisPoints: 500,
  maxOrdersPerSecond: 1000,
};

async function start(): Promise<EngineProcess> {
  const configuration = {
    service: 'risk',
    profile: 'test',
    port: await freePort(),
    sharedMemory,
    dataDirectory,
    engine: {
      accounts: [
        { id: 1, name: 'main', limits: configured },
        { id: 5, name: 'second', limits: configured },
      ],
      instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
    },
  };
  const process = new EngineProcess(program, configuration, scratch.path);
  running.push(process);
  return process;
}

/** What the order system publishes for a fill. */
function publishFill(quantity: number, account = 1): void {
  const message = executions.claim();
  if (!message) throw new Error('the ring is full');
  message.assign({
    sequence: ++sequence,
    sentAt: monotonicNs(),
    timeNs: sequence * 1e9,
    orderId: sequence,
    childId: 0,
    account,
    instrument: 1,
    price: 5_859_400,
    quantity: Math.abs(quantity),
    side: quantity > 0 ? Side.buy : Side.sell,
    maker: 0,
    fee: 0,
    strategy: 0,
    venue: 0,
  });
  executions.commit();
}

/** Asks again until the answer is the expected one, or fails with the last one. */
async function eventually(ask: () => unknown, expected: unknown): Promise<void> {
  const until = Date.now() + 10_000;
  for (;;) {
    try {
      expect(await ask()).toEqual(expected);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const positions = (engine: EngineProcess) => async () =>
  ((await engine.get('/api/v1/risk/exposure')).body as { positions: unknown }).positions;
const breaches = async (engine: EngineProcess) =>
  ((await engine.get('/api/v1/risk/breaches')).body as { breaches: unknown[] }).breaches;

afterAll(async () => {
  for (const process of running) process.signal('SIGKILL');
  await Promise.all(running.map((process) => process.ended));
  hub.close();
  scratch.remove();
});

test('limits, kill switch, breaches: in force at once, and again after kill -9', async () => {
  const first = await (await start()).answers();

  // Configured limits are in the table, in its units, for the accounts that there are.
  expect(limitsTable.snapshot(5)).toMatchObject({
    defined: 1,
    killSwitch: 0,
    maxOrderNotional: 30_000_005_000,
    maxOrderQuantity: 5000,
    maxPosition: 100,
    collarBasisPoints: 500,
    maxOrdersPerSecond: 1000,
  });
  expect(limitsTable.snapshot(2)).toMatchObject({ defined: 0 });

  // They are confirmed again and again.
  const confirmed = limitsTable.snapshot(1).writtenAt;
  await eventually(() => limitsTable.snapshot(1).writtenAt > confirmed, true);

  // What is changed at run time is in the table when the answer is there.
  const change = await first.request('PUT', '/api/v1/risk/limits/main', { maxOrderQuantity: 7 });
  expect(change).toMatchObject({
    status: 200,
    body: { limits: { ...configured, maxOrderQuantity: 7 }, source: 'changed' },
  });
  expect(limitsTable.snapshot(1)).toMatchObject({ maxOrderQuantity: 7, maxPosition: 100 });
  await first.request('POST', '/api/v1/risk/kill-switch', { engaged: true, account: 'second' });
  expect([limitsTable.snapshot(1).killSwitch, limitsTable.snapshot(5).killSwitch]).toEqual([0, 1]);

  // Fills past the position limit are a breach.
  publishFill(100);
  publishFill(30);
  publishFill(-10, 5);
  const held = [
    { account: 'main', symbol: 'AAPL', quantity: 130, maxPosition: 100, used: 1.3 },
    { account: 'second', symbol: 'AAPL', quantity: -10, maxPosition: 100, used: 0.1 },
  ];
  await eventually(positions(first), held);
  const breach = { id: 1, account: 'main', value: 130, allowed: 100, execution: 2, timeNs: 2e9, endedAt: null };
  expect(await breaches(first)).toEqual([expect.objectContaining(breach)]);

  // All of it survives a kill, wherever it hit; what happened meanwhile is read afterwards.
  first.signal('SIGKILL');
  await first.ended;
  publishFill(-30);
  const second = await (await start()).answers();
  expect(limitsTable.snapshot(1)).toMatchObject({ maxOrderQuantity: 7, killSwitch: 0 });
  expect(limitsTable.snapshot(5)).toMatchObject({ maxOrderQuantity: 5000, killSwitch: 1 });
  await eventually(positions(second), [{ ...held[0], quantity: 100, used: 1 }, held[1]]);
  expect(await breaches(second)).toEqual([expect.objectContaining({ ...breach, endedAt: expect.any(String) })]);

  // Back to what is configured, and released.
  await second.request('DELETE', '/api/v1/risk/limits/main');
  await second.request('POST', '/api/v1/risk/kill-switch', { engaged: false, account: 'second' });
  expect(limitsTable.snapshot(1).maxOrderQuantity).toBe(5000);
  expect(limitsTable.snapshot(5).killSwitch).toBe(0);
  expect(await second.stop()).toEqual({ code: 0, signal: null });
}, 60_000);

test('a stopped engine no longer confirms limits: they grow stale', async () => {
  const { writtenAt } = limitsTable.snapshot(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(limitsTable.snapshot(1).writtenAt).toBe(writtenAt);
});

test('bad requests are refused with what is allowed, and change nothing', async () => {
  const engine = await (await start()).answers();
  const before = limitsTable.snapshot(1);
  const put = (body: unknown, account = 'main') => engine.request('PUT', `/api/v1/risk/limits/${account}`, body);
  expect(await put({ maxPosition: -1 })).toMatchObject({ status: 400, body: { value: -1, allowed: '>= 0' } });
  expect(await put({ maxPosition: 1.5 })).toMatchObject({ status: 400 });
  expect(await put({ collarBasisPoints: 10_001 })).toMatchObject({ status: 400, body: { allowed: '<= 10000' } });
  expect(await put({ maxpositon: 1 })).toMatchObject({ status: 400 });
  expect(await put({})).toMatchObject({ status: 400 });
  expect(await put({ maxPosition: 1 }, 'nobody')).toMatchObject({
    status: 404,
    body: { code: 'NAUT_ACCOUNT_UNKNOWN', value: 'nobody', allowed: ['main', 'second'] },
  });
  expect(await engine.request('POST', '/api/v1/risk/kill-switch', { engaged: 'yes' })).toMatchObject({ status: 400 });
  expect({ ...limitsTable.snapshot(1), writtenAt: 0 }).toEqual({ ...before, writtenAt: 0 });
  await engine.stop();
});

test('a damaged file of changes stops the start, named with the way out; nothing is guessed', async () => {
  const file = path.join(dataDirectory, 'limits.json');
  const good = readFileSync(file);
  writeFileSync(file, good.subarray(0, good.length / 2));
  const engine = await start();
  expect(await engine.ended).toEqual({ code: 1, signal: null });
  expect(engine.stderr).toMatch(/^NAUT_STATE_CORRUPT /);
  expect(engine.stderr).toContain(file);
  expect(engine.stderr).toContain('fix: restore the file from a copy');
});
