/** The machine's clock jumps by days, forward and back, while orders trade, and is another one after a kill. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AckKind } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/oms/replay';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';

const DAY = 86_400_000;
const ORDERS = 300;

jest.setTimeout(120_000);

const folder = mkdtempSync(path.join(tmpdir(), 'clock-'));
const offset = path.join(folder, 'offset');
const preload = path.join(folder, 'clock.js');
/** In front of all that the process loads: its wall clock is the machine's and what stands in a file. */
writeFileSync(
  preload,
  `const fs = require('node:fs');
const real = Date.now;
let offset = 0;
const read = () => { offset = Number(fs.readFileSync(${JSON.stringify(offset)}, 'utf8')); };
read();
setInterval(read, 5).unref();
Date.now = () => real() + offset;
`,
);
const jump = (ms: number) => {
  writeFileSync(`${offset}.new`, String(ms));
  renameSync(`${offset}.new`, offset);
};
afterAll(() => rmSync(folder, { recursive: true }));

test('orders, limits and the journal do not depend on it', async () => {
  jump(0);
  const platform = new Platform({ environment: { NODE_OPTIONS: `--require ${preload}` } });
  const { around } = platform;
  const desk = new ExecutionDesk(around);
  let next = 1;
  /** Enters orders and waits until all of them have been filled. */
  const trade = async () => {
    for (const last = next + ORDERS; next < last; next++)
      while (!around.enter({ clientOrderId: next })) around.listen(desk.obey);
    await around.until(
      'all is filled',
      () => {
        desk.trade(100);
        return (
          around.acks.length === next - 1 &&
          around.executions.reduce((sum, { quantity }) => sum + quantity, 0) === 10 * (next - 1)
        );
      },
      desk.obey,
    );
  };
  /** When the order system entered its newest order. */
  const newest = async () => {
    const { body } = await platform.oms.get('/api/v1/orders?limit=1');
    return Date.parse((body as { orders: { createdAt: string }[] }).orders[0]!.createdAt);
  };
  try {
    await platform.start();
    desk.restart();
    await trade();
    const before = await newest();
    for (const days of [2, -3]) {
      jump(days * DAY);
      // The process has seen it when an order carries the new time.
      await around.until(
        'the clock has jumped',
        async () => {
          await trade();
          return Math.abs((await newest()) - before - days * DAY) < DAY / 2;
        },
        desk.obey,
      );
    }
    await platform.kill();
    jump(-30 * DAY);
    await platform.start();
    await trade();
    expect(Math.abs((await newest()) - before + 30 * DAY)).toBeLessThan(DAY);

    expect(around.acks.every(({ kind }) => kind === AckKind.accepted)).toBe(true);
    expect(around.executions.map(({ sequence }) => sequence)).toEqual(around.executions.map((_, index) => index + 1));
    const { body } = await platform.oms.get('/api/v1/state');
    const { sequence, stateHash, executions, refusedReports } = body as Record<string, unknown>;
    expect(refusedReports).toBe(0);
    await platform.stop();
    expect(replayJournal(platform.dataDirectory)).toMatchObject({ sequence, stateHash, executions, tornBytes: 0 });
  } finally {
    await platform.remove();
  }
});
