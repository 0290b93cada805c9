/**
 * Brings the journal of the order system into PostgreSQL, in a process of its own.
 *
 * program make DIRECTORY ORDERS                               writes a journal: each order is accepted, works and is filled
 * program behind DIRECTORY HOST PORT USER DATABASE PASSWORD-FILE    as the order system does it
 * program copy …        COPY of the same bytes, made before, into the same tables
 * program inserts …     the events with INSERT, 500 rows a statement
 * program each …        some of the events with an INSERT each, 500 a transaction
 *
 * Prints rows a second; of `behind` also the turns of the event loop meanwhile, in microseconds: p50, p99 and the longest.
 */
import { readFileSync } from 'node:fs';
import { ReportKind } from '@nautilus/core/domain';
import { Journal } from '@nautilus/core/journal';
import { PostgresSink, type Sink, type TableRows, TableWriter, WriteBehind } from '@nautilus/core/persistence';
import { Client } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Directory } from '../../engines/oms/directory';
import { JournalRecord, RecordKind } from '../../engines/oms/records';
import { migrations } from '../../engines/oms/write-behind/migrations';
import { eventsTable, executionsTable, OrderTables, ordersTable } from '../../engines/oms/write-behind/order-tables';

const NAME = 'bench';
const INSERTED = 500;
const EACH = 10_000;
const tables = [ordersTable, eventsTable, executionsTable];

const [side, directory, ...rest] = process.argv.slice(2) as [string, string, ...string[]];
const [host, port, user, database, passwordFile] = rest as [string, string, string, string, string];
const access = { host, port: Number(port), user, database, passwordFile };
const names = new Directory({
  accounts: [{ id: 1, name: 'main' }],
  instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
});
const open = () => Journal.open({ directory, name: NAME, durability: 'batched' });

async function make(orders: number): Promise<void> {
  const journal = open();
  const record = new JournalRecord();
  const at = Date.now();
  const put = () => journal.append(record.bytes, record.length);
  let sequence = 0;
  const report = (orderId: number, values: object) => {
    record.begin(RecordKind.report);
    Object.assign(record.report, {
      at,
      timeNs: 34_200e9 + orderId,
      epoch: 1,
      sequence: ++sequence,
      orderId,
      ...values,
    });
    put();
  };
  for (let number = 1; number <= orders; number++) {
    record.begin(RecordKind.order);
    const terms = { quantity: 10, limitPrice: 5_859_400, account: 1, instrument: 1 };
    Object.assign(record.order, { at, timeNs: 34_200e9 + number, clientOrderId: number, command: 1, ...terms });
    put();
    report(number, { report: ReportKind.working });
    report(number, { report: ReportKind.fill, quantity: 10, price: 5_859_300, fee: 30, childId: number });
    if (number % 1000 === 0) await journal.flush();
  }
  await journal.close();
}

/** The tables, empty. */
async function prepared(): Promise<Client> {
  const sink = new PostgresSink({ access, owner: 'oms', journal: NAME, migrations });
  await sink.open();
  await sink.close();
  const client = new Client({ ...access, password: readFileSync(passwordFile, 'utf8').trim() });
  await client.connect();
  await client.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}, trading.write_behind`);
  await client.query('CHECKPOINT');
  // As the sink's own session.
  await client.query('SET synchronous_commit = off');
  return client;
}

async function countRows(client: Client): Promise<number> {
  const count = tables.map(({ name }) => `(SELECT count(*) FROM ${name})`).join(' + ');
  return Number((await client.query(`SELECT ${count} AS rows`)).rows[0].rows);
}

const print = (...figures: number[]) => void process.stdout.write(`${figures.join(' ')}\n`);
const at = (sorted: Float64Array, part: number) => sorted[Math.floor((sorted.length - 1) * part)] as number;

async function behind(sink: Sink<TableRows>): Promise<{ seconds: number; turns: Float64Array }> {
  const journal = open();
  const follower = new WriteBehind({
    journal,
    projection: () => new OrderTables(NAME, names),
    sink,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    // An order's records in one batch: COPY alone cannot take an order twice.
    batchRecords: 9_999,
  });
  const turns: number[] = [];
  const start = performance.now();
  follower.start();
  // An engine's duty cycle: what an order may have to wait for is the time from one turn to the next.
  for (let last = start; follower.lag > 0; ) {
    await new Promise(setImmediate);
    const now = performance.now();
    turns.push((now - last) * 1e3);
    last = now;
  }
  const seconds = (performance.now() - start) / 1e3;
  await follower.stop();
  await journal.close();
  return { seconds, turns: Float64Array.from(turns).sort() };
}

async function asTheOrderSystem(): Promise<void> {
  const client = await prepared();
  const { seconds, turns } = await behind(new PostgresSink({ access, owner: 'oms', journal: NAME, migrations }));
  print((await countRows(client)) / seconds, at(turns, 0.5), at(turns, 0.99), at(turns, 1));
  await client.end();
}

async function byCopy(): Promise<void> {
  const batches: TableRows[] = [];
  await behind({
    name: 'memory',
    open: async () => 0,
    write: async (rows) => void batches.push(rows),
    close: async () => undefined,
  });
  const client = await prepared();
  const writer = await TableWriter.of(client);
  const start = performance.now();
  for (const rows of batches) {
    await client.query('BEGIN');
    await writer.write(
      rows.map((one) => ({ ...one, fresh: true })),
      false,
    );
    await client.query('COMMIT');
  }
  const seconds = (performance.now() - start) / 1e3;
  print((await countRows(client)) / seconds);
  await client.end();
}

/** Rows of events with INSERT, so many a statement, `INSERTED` a transaction. */
async function byInsert(rowsAStatement: number, most: number): Promise<void> {
  const client = await prepared();
  const { columns, name } = eventsTable;
  await client.query("SELECT trading.make_day($1::regclass, (now() AT TIME ZONE 'UTC')::date)", [name]);
  const now = new Date();
  const rows = Array.from({ length: most }, (_, row) => [
    ...[NAME, row + 1, Math.floor(row / 3) + 1, 'working', 'new', 10, '585.9400', 0, null, null, null, 34_200e9 + row],
    now,
  ]);
  const width = columns.length;
  const tuple = (row: number) => `(${columns.map((_, column) => `$${row * width + column + 1}`).join(', ')})`;
  const values = Array.from({ length: rowsAStatement }, (_, row) => tuple(row)).join(', ');
  const text = `INSERT INTO ${name} (${columns.join(', ')}) VALUES ${values}`;
  const start = performance.now();
  for (let from = 0; from < most; from += INSERTED) {
    await client.query('BEGIN');
    for (let row = from; row < from + INSERTED; row += rowsAStatement)
      await client.query({ name: 'insert', text, values: rows.slice(row, row + rowsAStatement).flat() });
    await client.query('COMMIT');
  }
  const seconds = (performance.now() - start) / 1e3;
  print((await countRows(client)) / seconds);
  await client.end();
}

const sides: Readonly<Record<string, () => Promise<void>>> = {
  make: () => make(Number(host)),
  behind: asTheOrderSystem,
  copy: byCopy,
  inserts: () => byInsert(INSERTED, 60_000),
  each: () => byInsert(1, EACH),
};

void sides[side]?.();
