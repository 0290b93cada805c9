import { Database } from './database';
import { expectDatabaseIsJournal } from './database-and-journal';
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

  test('every order, change and fill is there as the journal has it', async () => {
    await platform.stop();
    const counted = await expectDatabaseIsJournal(database, platform.dataDirectory);
    expect(counted.orders).toBe(next - 1);
    expect(counted.executions).toBe(platform.around.executions.length);
  });

  const changes = [
    ['trading.orders', 'filled_quantity = filled_quantity + 1', 'filled_quantity = filled_quantity - 1'],
    ['trading.executions', 'price = price + 0.0001', 'price = price - 0.0001'],
    ['trading.order_events', "status = 'expired' || status", "status = replace(status, 'expired', '')"],
  ] as const;
  // A journal without its past says nothing of the changes in it.
  test.each(
    journal ? changes.slice(0, 2) : changes,
  )('a row of %s that is another one would be found', async (table, change, back) => {
    const newest = `WHERE order_id = (SELECT max(order_id) FROM ${table})`;
    await database.rows(`UPDATE ${table} SET ${change} ${newest}`);
    await expect(expectDatabaseIsJournal(database, platform.dataDirectory)).rejects.toThrow('toEqual');
    await database.rows(`UPDATE ${table} SET ${back} ${newest}`);
    await expectDatabaseIsJournal(database, platform.dataDirectory);
  });

  test('changes that retention removed before they were written are known to be missing, and no others', async () => {
    const gaps = await database.rows('SELECT from_record::int, to_record::int FROM trading.gaps');
    expect(gaps.length > 0).toBe(journal !== undefined);
    expect(
      await database.rows(
        'SELECT record FROM trading.order_events e JOIN trading.gaps g ON e.record BETWEEN g.from_record AND g.to_record',
      ),
    ).toEqual([]);
    // Every order began with a change: it is there, or in a gap.
    const unexplained = await database.rows(
      "SELECT order_id FROM trading.orders o WHERE NOT EXISTS (SELECT FROM trading.order_events e WHERE e.order_id = o.order_id AND event = 'accepted')",
    );
    expect(unexplained.length > 0).toBe(journal !== undefined);
  });

  test('facts are divided by day', async () => {
    const parts = await database.rows(
      "SELECT relname, (SELECT count(*)::int FROM pg_inherits WHERE inhparent = c.oid) AS days FROM pg_class c WHERE relkind = 'p' ORDER BY 1",
    );
    expect(parts).toEqual([
      { relname: 'executions', days: expect.any(Number) },
      { relname: 'order_events', days: expect.any(Number) },
    ]);
    expect(Math.min(...parts.map(({ days }) => days as number))).toBeGreaterThan(0);
  });

  test('progress stands beside the rows, one row a journal', async () => {
    const rows = await database.rows('SELECT owner, record::int FROM trading.write_behind');
    expect(rows).toEqual([{ owner: 'oms', record: expect.any(Number) }]);
  });
});
