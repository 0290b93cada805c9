/** The order system is killed under a FIX client's load: nothing that the client is told is lost, doubled or made up. */
import { readdirSync } from 'node:fs';
import { replayJournal } from '@nautilus/oms/replay';
import { freePort } from '../../support/free-port';
import { scratchDirectory } from '../engine-process';
import { ExecutionDesk } from '../oms/execution-desk';
import { Platform } from '../oms/platform';
import { forgetful } from '../oms/surroundings';
import { FixClient } from './client';

jest.setTimeout(120_000);

const ORDERS = 1200;
const KILLS = 5;
const ENDED = ['2', '4', '8', 'C'];

async function trade(journal: object, restartDesk: boolean) {
  const port = await freePort();
  const scratch = scratchDirectory('fix-client');
  const sessions = [{ senderCompId: 'DESK', targetCompId: 'CLIENT', accounts: ['main'] }];
  const platform = new Platform({ engine: { fix: { port, sessions }, journal } });
  const { around } = platform;
  await platform.start();
  const desk = new ExecutionDesk(around);
  desk.restart();
  const client = new FixClient(scratch.path, port);
  let sent = 0;
  let kills = 0;
  const ended = () => [...client.orders.values()].filter(({ status }) => ENDED.includes(status)).length;
  const until = Date.now() + 90_000;
  while ((ended() < ORDERS || desk.open > 0) && Date.now() < until) {
    // However fast it goes, orders are left for the time after the last kill.
    const next = (ORDERS / (KILLS + 1)) * (kills + 1);
    for (let n = 0; n < 20 && sent < next; n++) {
      client.order(`o${++sent}`, 10);
      if (sent % 9 === 0) client.cancel(`c${sent}`, `o${sent - 4}`);
    }
    around.listen(desk.obey);
    desk.trade(15);
    if (kills < KILLS && sent > next - 100 && client.execIds.size > next / 2) {
      kills++;
      await platform.kill();
      around.listen(desk.obey);
      desk.trade(10);
      if (restartDesk) desk.restart();
      await platform.start();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await around.until('all is told', () =>
    [...client.orders.values()].every(({ filled, cumulative }) => filled === cumulative),
  );
  const state = (await platform.oms.get('/api/v1/state')).body as {
    orders: number;
    executions: number;
    stateHash: string;
  };
  const { hasForgotten, dataDirectory } = platform;
  await client.stop();
  await platform.stop();
  const replayed = replayJournal(dataDirectory);
  const snapshots = readdirSync(dataDirectory).filter((file) => file.endsWith('.snapshot')).length;
  await platform.remove();
  scratch.remove();
  return { client, around, state, replayed, kills, hasForgotten, snapshots };
}

test.each([
  ['with the whole journal', {}, false],
  ['with the execution system restarted too', {}, true],
  ['with a journal that keeps only what a snapshot does not have', forgetful, false],
])('%s', async (_, journal, restartDesk) => {
  const { client, around, state, kills, hasForgotten, snapshots } = await trade(journal, restartDesk);
  expect(kills).toBe(KILLS);
  expect(client.orders.size).toBe(ORDERS);
  expect(state.orders).toBe(ORDERS);
  expect(client.repeated).toBe(0);
  expect([...client.orders.values()].filter(({ status }) => !ENDED.includes(status))).toEqual([]);
  const told = [...client.orders.values()].reduce((sum, { filled }) => sum + filled, 0);
  expect(told).toBe([...around.filled.values()].reduce((sum, quantity) => sum + quantity, 0));
  expect([...client.orders.values()].every(({ filled, cumulative }) => filled === cumulative)).toBe(true);
  if (journal === forgetful) expect([hasForgotten, snapshots > 0]).toEqual([true, true]);
});
