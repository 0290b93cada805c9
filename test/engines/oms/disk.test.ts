import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AckKind, Rejection } from '@nautilus/core/domain';
import { JOURNAL_NAME, replayJournal } from '@nautilus/oms/replay';
import { scratchDirectory } from '../engine-process';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';

jest.setTimeout(60_000);

const journalOf = (platform: Platform) => path.join(platform.dataDirectory, `${JOURNAL_NAME}.000001.journal`);

describe('a journal with a torn tail', () => {
  test('the half-written record is cut off and everything before it is there', async () => {
    const platform = new Platform();
    try {
      await platform.start();
      for (let id = 1; id <= 50; id++) platform.around.enter({ clientOrderId: id });
      await platform.around.until('all are answered', () => platform.around.acks.length === 50);
      await platform.kill();
      const before = replayJournal(platform.dataDirectory);
      const bytes = readFileSync(journalOf(platform));
      let end = bytes.length;
      while (bytes[end - 1] === 0) end--;
      const file = openSync(journalOf(platform), 'r+');
      writeSync(file, Buffer.alloc(100, 0xab), 0, 100, Math.ceil(end / 8) * 8 + 64);
      closeSync(file);

      await platform.start();
      const { body } = await platform.oms.get('/api/v1/state');
      expect(body).toMatchObject({ sequence: before.sequence, stateHash: before.stateHash, orders: 50 });
      platform.around.enter({ clientOrderId: 51 });
      await platform.around.until('it is answered', () => platform.around.acks.at(-1)?.clientOrderId === 51);
      expect(platform.around.acks.at(-1)).toMatchObject({ kind: AckKind.accepted, orderId: 51 });
    } finally {
      await platform.remove();
    }
  });
});

const disk = scratchDirectory('oms-disk');
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', disk.path]).status === 0;
if (!mounted) process.stdout.write('a full disk is not tested: mounting a tmpfs needs root\n');

(mounted ? describe : describe.skip)('a full disk', () => {
  const platform = new Platform({ dataDirectory: path.join(disk.path, 'data') });
  const desk = new ExecutionDesk(platform.around);
  beforeAll(() => mkdirSync(platform.dataDirectory, { recursive: true }));
  afterAll(async () => {
    await platform.remove();
    spawnSync('umount', [disk.path]);
    disk.remove();
  });

  let entered = 0;
  test('orders are refused with a typed error when the journal cannot grow', async () => {
    const { around } = platform;
    await platform.start();
    desk.restart();
    const refused = () => around.acks.some(({ reason }) => reason === Rejection.journalUnavailable);
    await around.until(
      'an order is refused',
      () => {
        for (let i = 0; i < 200 && !refused(); i++) around.enter({ clientOrderId: ++entered });
        desk.trade(20);
        return refused();
      },
      desk.obey,
    );
    const answer = await platform.oms.request('POST', '/api/v1/orders', {
      clientOrderId: 'late',
      account: 'main',
      symbol: 'AAPL',
      side: 'buy',
      quantity: 1,
      type: 'limit',
      limitPrice: 586,
    });
    expect(answer).toMatchObject({ status: 503, body: { code: 'NAUT_ORDER_JOURNAL_UNAVAILABLE' } });
    expect((await platform.oms.get('/ready')).status).toBe(503);
    expect((await platform.oms.get('/health')).status).toBe(200);
  });

  test('when there is room again, every acknowledged order is there and no refused one', async () => {
    const { around } = platform;
    await around.until('all answers are read', () => around.listen(desk.obey) === 0);
    await platform.stop();
    expect(spawnSync('mount', ['-o', 'remount,size=32m', disk.path]).status).toBe(0);
    await platform.start();
    await around.until(
      'all is told',
      async () => {
        desk.trade(2000);
        const { body } = await platform.oms.get('/api/v1/state');
        return desk.open === 0 && (body as { executions: number }).executions === around.executions.length;
      },
      desk.obey,
    );
    const { body } = await platform.oms.get('/api/v1/orders?limit=10000');
    const there = new Map(
      (body as { orders: { orderId: number; clientOrderId: number }[] }).orders.map((order) => [
        order.clientOrderId,
        order.orderId,
      ]),
    );
    for (const { clientOrderId, orderId } of around.accepted()) expect(there.get(clientOrderId)).toBe(orderId);
    for (const { clientOrderId, reason } of around.acks)
      if (reason === Rejection.journalUnavailable) expect(there.has(clientOrderId)).toBe(false);
  });
});
