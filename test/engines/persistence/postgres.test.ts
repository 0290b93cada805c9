import { CopyRows, PostgresSink, type Table } from '@nautilus/core/persistence';
import fc from 'fast-check';
import type { Client } from 'pg';
import { expire, migrations } from '../../../engines/oms/write-behind/migrations';
import { eventsTable, executionsTable, ordersTable } from '../../../engines/oms/write-behind/order-tables';
import { Database } from '../oms/database';

jest.setTimeout(120_000);

describe('rows in a real PostgreSQL', () => {
  let database: Database;
  let client: Client;
  beforeAll(async () => {
    database = await Database.create();
    await database.start();
    client = await database.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.remove();
  });
  beforeEach(() => client.query('DROP SCHEMA IF EXISTS trading CASCADE'));

  const sinkOf = (of: { migrations: typeof migrations; keepSeconds?: number; expire?: readonly string[] }) =>
    new PostgresSink({
      access: { ...database.access, ...(of.keepSeconds && { keepSeconds: of.keepSeconds }) },
      owner: 'oms',
      journal: 'test',
      migrations: of.migrations,
      expire: of.expire,
    });
  const rows = async (sql: string) => (await client.query(sql)).rows;

  test('what is copied is what is read: numbers to their ends, texts, times and nothing', async () => {
    const table: Table = {
      name: 'trading.everything',
      holds: 'facts',
      key: ['id'],
      columns: ['id', 'small', 'large', 'real', 'name', 'price', 'average', 'at', 'day'],
    };
    const sink = sinkOf({
      migrations: [
        {
          id: '001',
          sql: `CREATE TABLE trading.everything (id integer PRIMARY KEY, small integer, large bigint, real double precision, name text,
            price numeric(20, 4), average numeric(24, 8), at timestamptz, day date)`,
        },
      ],
    });
    await sink.open();
    const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
    const row = fc.record({
      small: maybe(fc.integer()),
      large: maybe(fc.maxSafeInteger()),
      real: maybe(fc.double({ noNaN: true })),
      name: maybe(fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0'))),
      price: maybe(fc.maxSafeInteger()),
      average: maybe(fc.maxSafeInteger()),
      at: maybe(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) })),
      day: maybe(fc.integer({ min: -20_000, max: 40_000 })),
    });
    const edges = [0, 1, -1, 9999, 10_000, 10_001, -99_999_999, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    const all = [
      ...edges.map((value) => ({
        small: null,
        large: value,
        real: value,
        name: '',
        price: value,
        average: value,
        at: 0,
        day: 0,
      })),
      ...fc.sample(row, { numRuns: 3000, seed: 7 }),
    ];
    const copy = new CopyRows(table.columns.length);
    all.forEach((one, id) => {
      const put = <T>(value: T | null, write: (value: T) => void) => (value === null ? copy.null() : write(value));
      copy.begin();
      copy.integer(id);
      put(one.small, (value) => copy.integer(value));
      put(one.large, (value) => copy.bigint(value));
      put(one.real, (value) => copy.double(value));
      put(one.name, (value) => (id % 2 ? copy.text(value) : copy.name(value)));
      put(one.price, (value) => copy.money(value));
      put(one.average, (value) => copy.eighths(value));
      put(one.at, (value) => copy.time(value));
      put(one.day, (value) => copy.date(value));
    });
    await sink.write([{ table, batch: copy.take()!, fresh: true }], 1, false);
    expect(copy.take()).toBeUndefined();
    const read = await rows(
      `SELECT small, large::text, real, name, (price * 10000)::numeric(40)::text AS price, (average * 100000000)::numeric(40)::text AS average,
        (extract(epoch FROM at) * 1000)::bigint::text AS at, (day - '1970-01-01')::int AS day FROM trading.everything ORDER BY id`,
    );
    const text = (value: number | null) => (value === null ? null : String(value));
    expect(read).toEqual(
      all.map(({ large, price, average, at, ...one }) => ({
        ...one,
        ...{ large: text(large), price: text(price), average: text(average), at: text(at) },
      })),
    );
    await sink.close();
  });

  test('a database of the first release is brought forward with the rows that it has, over several days', async () => {
    const first = sinkOf({ migrations: migrations.slice(0, 1) });
    await first.open();
    await first.close();
    await client.query(`
      INSERT INTO trading.orders (journal, order_id, client_order_id, account, symbol, side, type, time_in_force, quantity, limit_price,
        status, filled_quantity, created_at, updated_at)
      SELECT 'test', i, 'c' || i, 'main', 'AAPL', 'buy', 'limit', 'day', 10, 585.94, 'filled', 10, now(), now() FROM generate_series(1, 50) i;
      INSERT INTO trading.executions (journal, execution_id, order_id, child_id, account, symbol, side, price, quantity, liquidity, time_ns, executed_at)
      SELECT 'test', i, i, i, 'main', 'AAPL', 'buy', 585.9401, 10, 'taker', i, '2025-11-20 23:59:59.5+00'::timestamptz + i * interval '1 hour'
      FROM generate_series(0, 49) i;
      UPDATE trading.write_behind SET record = 99`);
    const before = await rows('SELECT * FROM trading.executions ORDER BY execution_id');
    const next = sinkOf({ migrations });
    expect(await next.open()).toBe(99);
    await next.close();
    expect(await rows('SELECT * FROM trading.executions ORDER BY execution_id')).toEqual(
      before.map((row) => ({ ...row, record: null, fee: '0.0000', venue: 0, strategy: 0 })),
    );
    expect(await rows('SELECT count(*)::int, min(strategy)::int AS strategy FROM trading.orders')).toEqual([
      { count: 50, strategy: 0 },
    ]);
    const days = await rows(
      "SELECT inhrelid::regclass::text AS day FROM pg_inherits WHERE inhparent = 'trading.executions'::regclass ORDER BY 1",
    );
    expect(days.map(({ day }) => day)).toEqual(
      ['20251120', '20251121', '20251122', '20251123'].map((day) => `trading.executions_${day}`).slice(0, days.length),
    );
    expect(days.length).toBeGreaterThanOrEqual(3);
  });

  test('what is older than is kept goes by whole days; an order that is open stays whatever its age', async () => {
    const now = Date.now();
    const day = 86_400_000;
    const ages = [0, 1, 5, 6, 40];
    const write = async (keepSeconds?: number) => {
      const sink = sinkOf({ migrations, keepSeconds, expire });
      const record = (await sink.open()) + 1;
      const executions = new CopyRows(executionsTable.columns.length);
      if (record === 1)
        for (const [id, age] of ages.entries()) {
          executions.begin();
          executions.name('test');
          for (const value of [id, id, id, id]) executions.bigint(value);
          for (const name of ['main', 'AAPL', 'buy']) executions.name(name);
          executions.money(5_859_400);
          executions.integer(10);
          executions.name('taker');
          executions.money(0);
          executions.integer(0);
          executions.integer(0);
          executions.bigint(0);
          executions.time(now - age * day, true);
        }
      const batch = executions.take();
      await sink.write(batch ? [{ table: executionsTable, batch, fresh: true }] : [], record, false);
      await sink.close();
    };
    await write();
    for (const [id, status] of ['filled', 'new', 'cancelled'].entries())
      await client.query(
        `INSERT INTO ${ordersTable.name} (journal, order_id, client_order_id, account, symbol, side, type, time_in_force, quantity, status,
          filled_quantity, created_at, updated_at) VALUES ('test', $1, 'c', 'main', 'AAPL', 'buy', 'market', 'day', 1, $2, 0, $3, $3)`,
        [id, status, new Date(now - (status === 'cancelled' ? 1 : 40) * day)],
      );
    const left = async () =>
      (await rows('SELECT execution_id::int AS id FROM trading.executions ORDER BY 1')).map(({ id }) => ages[id]);
    expect(await left()).toEqual(ages);
    await write((4 * day) / 1000);
    expect(await left()).toEqual([0, 1]);
    expect((await rows('SELECT status FROM trading.orders ORDER BY order_id')).map(({ status }) => status)).toEqual([
      'new',
      'cancelled',
    ]);
    // The table of changes, of which there were none, is divided all the same.
    expect(await rows(`SELECT relkind FROM pg_class WHERE oid = '${eventsTable.name}'::regclass`)).toEqual([
      { relkind: 'p' },
    ]);
  });
});
