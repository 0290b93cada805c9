import { Database } from './database';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';
import { forgetful } from './surroundings';

jest.setTimeout(120_000);

const metric = async (platform: Platform, name: string): Promise<number> => {
  const { body } = await platform.oms.get('/metrics');
  const line = String(body)
    .split('\n')
    .find((text) => text.startsWith(`${name}{`));
  return Number(line?.split(' ').at(-1));
};
const lag = (platform: Platform) => metric(platform, 'nautilus_write_behind_lag_records');

describe.each([
  ['', undefined],
  [', when the journal keeps nothing of the past', forgetful],
])('PostgreSQL behind the order system%s', (_, journal) => {
  let database: Database;
  let platform: Platform;
  let desk: ExecutionDesk;
  let next = 1;

  /** Enters orders and fills all of them; nothing here waits for the database. */
  const tradeSome = async (orders: number) => {
    const { around } = platform;
    const until = next + orders;
    while (next < until) around.enter({ clientOrderId: next++, quantity: 10 });
    await around.until(
      'they are filled and told',
      async () => {
        desk.trade(50);
        const told = around.executions.reduce((sum, { quantity }) => sum + quantity, 0);
        return told === (next - 1) * 10;
      },
      desk.obey,
    );
  };

  const expectAllThere = async () => {
    const { around } = platform;
    await around.until('the database has all', async () => (await lag(platform)) === 0);
    const orders = await database.rows(
      'SELECT order_id::int, client_order_id, status, filled_quantity FROM trading.orders ORDER BY order_id',
    );
    expect(orders).toEqual(
      around.accepted().map(({ orderId, clientOrderId }) => ({
        order_id: orderId,
        client_order_id: String(clientOrderId),
        status: 'filled',
        filled_quantity: 10,
      })),
    );
    const executions = await database.rows(
      'SELECT execution_id::int AS sequence, order_id::int AS "orderId", child_id::int AS "childId", (price * 10000)::int AS price, quantity FROM trading.executions ORDER BY execution_id',
    );
    expect(executions).toEqual(around.executions);
  };

  beforeAll(async () => {
    database = await Database.create();
    platform = new Platform({ postgres: database.access, ...(journal && { engine: { journal } }) });
    desk = new ExecutionDesk(platform.around);
    desk.restart();
  });
  afterAll(async () => {
    await platform.remove();
    await database.remove();
  });

  test('the order system is ready and trades while there is no database yet', async () => {
    await platform.start();
    await tradeSome(300);
    expect(await lag(platform)).toBeGreaterThan(300);
    if (journal) await platform.around.until('the past is gone', () => platform.hasForgotten, desk.obey);
  });

  test('what was traded before the database came is written when it does', async () => {
    await database.start();
    await expectAllThere();
  });

  test('trading goes on while the database is stopped, and is in it afterwards', async () => {
    await tradeSome(100);
    await database.stop();
    await tradeSome(500);
    expect((await platform.oms.get('/ready')).status).toBe(200);
    await database.start();
    await tradeSome(100);
    await expectAllThere();
  });

  test('a killed order system goes on where the database is', async () => {
    await tradeSome(200);
    await platform.kill();
    await platform.start();
    await tradeSome(200);
    await expectAllThere();
  });

  test('progress stands beside the rows, one row a journal', async () => {
    await platform.stop();
    const rows = await database.rows('SELECT owner, record::int FROM trading.write_behind');
    expect(rows).toEqual([{ owner: 'oms', record: expect.any(Number) }]);
  });
});
