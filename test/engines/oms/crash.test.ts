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

/** One client that waits for its answers: after a crash it sends again what was not answered, under the same ids. */
async function trade(platform: Platform, options: { readonly kills: number; readonly restartDesk: boolean }) {
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
    for (let i = 0; i < 40 && next <= ENTRIES; i++) if (around.enter({ clientOrderId: next, quantity: 10 })) next++;
    if (next % 7 === 0) around.enter({ clientOrderId: next - 5, kind: CommandKind.cancel });
    around.listen(desk.obey);
    desk.trade(30);
    count();
    if (kills < options.kills && answered.size > ((kills + 1) * ENTRIES) / (options.kills + 1)) {
      kills++;
      await platform.kill();
      around.listen(desk.obey);
      desk.trade(10);
      if (options.restartDesk) desk.restart();
      await platform.start();
      for (let id = 1; id < next; id++) if (!answered.has(id)) around.enter({ clientOrderId: id, quantity: 10 });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
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

describe.each([
  ['the execution system lives on', false],
  ['the execution system dies too', true],
])('the order system is killed %# in the middle of flow, %s', (_, restartDesk) => {
  test('every acknowledged order is there, nothing is filled twice, the state is that of a replay', async () => {
    const platform = new Platform();
    try {
      await platform.start();
      const state = await trade(platform, { kills: KILLS, restartDesk });
      expectWhole(platform, state);
      const { body } = await platform.oms.get('/api/v1/orders?limit=10000');
      const { orders } = body as { orders: { orderId: number; clientOrderId: number }[] };
      const there = new Map(orders.map(({ orderId, clientOrderId }) => [clientOrderId, orderId]));
      for (const { clientOrderId, orderId } of platform.around.accepted())
        expect(there.get(clientOrderId)).toBe(orderId);
      await platform.stop();
      const { sequence, stateHash, executions } = state;
      expect(replayJournal(platform.dataDirectory)).toMatchObject({ sequence, stateHash, executions, tornBytes: 0 });
    } finally {
      await platform.remove();
    }
  });
});
