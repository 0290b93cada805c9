import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandKind } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/oms/replay';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';

const ENTRIES = 3000;
const KILLS = 4;

jest.setTimeout(120_000);

interface StateReply {
  readonly sequence: number;
  readonly durable: number;
  readonly stateHash: string;
  readonly orders: number;
  readonly executions: number;
  readonly refusedReports: number;
}

const snapshotsOf = (platform: Platform) =>
  readdirSync(platform.dataDirectory).filter((file) => file.endsWith('.snapshot'));

/** One client that waits for its answers: after a crash it sends again what was not answered, under the same ids. */
async function trade(
  platform: Platform,
  options: { readonly kills: number; readonly restartDesk: boolean; readonly snapshots?: boolean },
) {
  const { around } = platform;
  const desk = new ExecutionDesk(around);
  const state = async () => (await platform.oms.get('/api/v1/state')).body as StateReply;
  desk.restart();
  let next = 1;
  let kills = 0;
  const answered = new Set<number>();
  let counted = 0;
  const count = () => {
    for (; counted < around.acks.length; counted++) answered.add(around.acks[counted]?.clientOrderId as number);
  };
  while (answered.size < ENTRIES) {
    const killed = ((kills + 1) * ENTRIES) / (options.kills + 1);
    // However fast they are answered, there are as many left for each kill.
    for (let i = 0; i < 40 && next <= Math.min(killed + 200, ENTRIES); i++)
      if (around.enter({ clientOrderId: next, quantity: 10 })) next++;
    if (next % 7 === 0) around.enter({ clientOrderId: next - 5, kind: CommandKind.cancel });
    around.listen(desk.obey);
    desk.trade(30);
    count();
    if (kills < options.kills && answered.size > killed) {
      kills++;
      // Every other time: the others hit it while it takes one, or before.
      if (options.snapshots && kills % 2 === 0)
        await around.until('there is a snapshot', () => snapshotsOf(platform).length > 0, desk.obey);
      await platform.kill();
      around.listen(desk.obey);
      desk.trade(10);
      if (options.restartDesk) desk.restart();
      await platform.start();
      for (let id = 1; id < next; id++) if (!answered.has(id)) around.enter({ clientOrderId: id, quantity: 10 });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(kills).toBe(options.kills);
  await around.until(
    'all is filled and told',
    async () => {
      desk.trade(100);
      if (desk.open > 0) return false;
      const { executions, sequence, durable } = await state();
      const filled = [...around.filled.values()].reduce((sum, quantity) => sum + quantity, 0);
      const told = around.executions.reduce((sum, { quantity }) => sum + quantity, 0);
      return executions === around.executions.length && filled === told && sequence === durable;
    },
    desk.obey,
  );
  return state();
}

/** Everything that must be true whatever happened. */
function expectWhole(platform: Platform, state: StateReply) {
  const { around } = platform;
  expect(around.executions.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: state.executions }, (_, index) => index + 1),
  );
  expect(new Set(around.executions.map(({ childId }) => childId)).size).toBe(around.executions.length);
  const filled = new Map<number, number>();
  for (const { orderId, quantity } of around.executions) filled.set(orderId, (filled.get(orderId) ?? 0) + quantity);
  expect(filled).toEqual(around.filled);
  expect(Math.max(...filled.values())).toBeLessThanOrEqual(10);
  expect(state.refusedReports).toBe(0);
  expect(state.orders).toBe(ENTRIES);
}

/** What every acknowledged order must have led to, in a running order system and in what it leaves. */
async function expectKept(platform: Platform, state: StateReply, keyFile?: string) {
  expectWhole(platform, state);
  const { body } = await platform.oms.get('/api/v1/orders?limit=10000');
  const { orders } = body as { orders: { orderId: number; clientOrderId: number }[] };
  const there = new Map(orders.map(({ orderId, clientOrderId }) => [clientOrderId, orderId]));
  for (const { clientOrderId, orderId } of platform.around.accepted()) expect(there.get(clientOrderId)).toBe(orderId);
  await platform.stop();
  const { sequence, stateHash, executions } = state;
  const replayed = replayJournal(platform.dataDirectory, keyFile);
  expect(replayed).toMatchObject({ sequence, stateHash, executions, tornBytes: 0 });
  return replayed;
}

describe.each([
  ['the execution system lives on', false],
  ['the execution system dies too', true],
])('the order system is killed %# in the middle of flow, %s', (_, restartDesk) => {
  test('every acknowledged order is there, nothing is filled twice, the state is that of a replay', async () => {
    const platform = new Platform();
    try {
      await platform.start();
      await expectKept(platform, await trade(platform, { kills: KILLS, restartDesk }));
    } finally {
      await platform.remove();
    }
  });
});

describe('with snapshots and encryption', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'nautilus-oms-crash-'));
  const keyFile = path.join(directory, 'keys');
  writeFileSync(keyFile, `k1 ${randomBytes(32).toString('base64')}\n`);
  afterAll(() => rmSync(directory, { recursive: true }));
  const journal = { keyFile, snapshot: { records: 400 }, segmentBytes: 128 << 10, preallocateBytes: 32 << 10 };

  test.each([
    ['all segments are kept: the state is that of a replay from the first record', undefined],
    ['the past is removed: the state is that of a replay from the oldest snapshot', { snapshots: 2, segments: 2 }],
  ])('kills lose nothing, and %s', async (_, retention) => {
    const platform = new Platform({ engine: { journal: { ...journal, retention } } });
    try {
      await platform.start();
      const state = await trade(platform, { kills: 2 * KILLS, restartDesk: false, snapshots: true });
      expect(platform.oms.log.find(({ msg }) => msg === 'recovered')).toMatchObject({ snapshot: expect.any(Number) });
      const replayed = await expectKept(platform, state, keyFile);
      const files = readdirSync(platform.dataDirectory);
      expect(replayed.snapshot > 0).toBe(retention !== undefined);
      expect(files.includes('orders.000001.journal')).toBe(retention === undefined);
      if (retention) expect(snapshotsOf(platform)).toHaveLength(retention.snapshots);
      expect(() => replayJournal(platform.dataDirectory)).toThrow(
        expect.objectContaining({ code: 'NAUT_JOURNAL_KEY' }),
      );
    } finally {
      await platform.remove();
    }
  });

  test('a key that is missing, short or another one keeps the engine from starting, and changes nothing', async () => {
    const platform = new Platform({ engine: { journal } });
    const bytes = () =>
      readdirSync(platform.dataDirectory)
        .filter((file) => /\.(journal|snapshot)$/.test(file))
        .map((file) => [file, readFileSync(path.join(platform.dataDirectory, file)).toString('base64')]);
    const right = readFileSync(keyFile);
    try {
      await platform.start();
      for (let id = 1; id <= 50; id++) platform.around.enter({ clientOrderId: id });
      await platform.around.until('all are answered', () => platform.around.acks.length === 50);
      await platform.kill();
      const before = bytes();
      for (const wrong of [undefined, 'k1 c2hvcnQ=\n', `k1 ${randomBytes(32).toString('base64')}\n`]) {
        if (wrong === undefined) rmSync(keyFile);
        else writeFileSync(keyFile, wrong);
        const refused = await platform.start().catch((error: Error) => error.message);
        expect(refused).toContain('NAUT_JOURNAL_KEY');
        expect(refused).toContain(keyFile);
        expect(bytes()).toEqual(before);
      }
      writeFileSync(keyFile, right);
      await platform.start();
      expect((await platform.oms.get('/api/v1/state')).body).toMatchObject({ orders: 50 });
    } finally {
      await platform.remove();
    }
  });
});
