/** Row by row: what PostgreSQL has of an order system, beside what its journal says. */
import { CommandKind, ReportKind } from '@nautilus/core/domain';
import { replayJournal } from '@nautilus/core/journal';
import type { Client } from 'pg';
import { executionView, orderView } from '../../../engines/oms/api/views';
import { Directory } from '../../../engines/oms/directory';
import { OrderState } from '../../../engines/oms/order-state';
import { JournalRecord, RecordKind } from '../../../engines/oms/records';
import { JOURNAL_NAME } from '../../../engines/oms/replay';
import { restoreSnapshot } from '../../../engines/oms/snapshot';
import type { Database } from './database';
import { settings } from './surroundings';

const PAGE = 20_000;

/** Rows of a query in its order, a page at a time. */
async function* rowsOf(client: Client, sql: string): AsyncGenerator<Record<string, unknown>> {
  await client.query(`BEGIN; DECLARE page NO SCROLL CURSOR FOR ${sql}`);
  for (;;) {
    const { rows } = await client.query(`FETCH ${PAGE} FROM page`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await client.query('COMMIT');
}

interface Event {
  readonly record: number;
  readonly order_id: number;
  readonly event: string;
  readonly status: string;
  readonly filled_quantity: number;
  readonly last_quantity: number | null;
}

const number = (value: unknown) => (value === null ? undefined : Number(value));
const kinds: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(ReportKind).map(([name, code]) => [code, name]),
);

/** What a record did, said once more. */
function* eventsOf(state: OrderState, directory: Directory, record: JournalRecord, sequence: number): Generator<Event> {
  const of = (orderId: number, event: string, last: number | null = null): Event => {
    const { status, filledQuantity } = orderView(state, directory, orderId - 1);
    return { record: sequence, order_id: orderId, event, status, filled_quantity: filledQuantity, last_quantity: last };
  };
  if (record.kind === RecordKind.order) yield of(state.orders.count, 'accepted');
  if (record.kind === RecordKind.change)
    yield of(
      record.order.orderId,
      record.order.command === CommandKind.replace ? 'replaceRequested' : 'cancelRequested',
    );
  if (record.kind !== RecordKind.report) return;
  const { orderId, report, quantity } = record.report;
  if (orderId > 0) yield of(orderId, kinds[report] as string, report === ReportKind.fill ? quantity : null);
  else for (const live of state.liveOrders()) yield of(live + 1, 'sessionStarted');
}

/** A comparison of millions: only what differs is worth a report. */
function expectSame(row: object, expected: object): void {
  if (JSON.stringify(row) !== JSON.stringify(expected)) expect(row).toEqual(expected);
}

/** Compares all rows with the journal of an order system that does not run. Fails with the first row that differs. */
export async function expectDatabaseIsJournal(database: Database, dataDirectory: string) {
  const directory = new Directory(settings);
  const state = new OrderState();
  const record = new JournalRecord();
  const events: Event[] = [];
  let first = 1;
  replayJournal(
    { directory: dataDirectory, name: JOURNAL_NAME },
    {
      restore: (bytes, snapshot) => {
        restoreSnapshot(bytes, state);
        first = snapshot + 1;
      },
      apply: (sequence, data) => {
        record.load(data, sequence);
        // Reports about an order that has ended change nothing.
        const late = state.apply(record, sequence) !== 0;
        if (!late) events.push(...eventsOf(state, directory, record, sequence));
      },
    },
  );
  const client = await database.connect();
  try {
    let index = 0;
    for await (const row of rowsOf(client, 'SELECT * FROM trading.orders ORDER BY order_id')) {
      const order = orderView(state, directory, index++);
      const found = {
        orderId: Number(row.order_id),
        clientOrderId: row.client_order_id,
        account: row.account,
        symbol: row.symbol,
        side: row.side,
        type: row.type,
        timeInForce: row.time_in_force,
        strategy: row.strategy,
        quantity: row.quantity,
        limitPrice: number(row.limit_price),
        status: row.status,
        filledQuantity: row.filled_quantity,
        averagePrice: number(row.average_price),
        reason: row.reason ?? undefined,
        stopPrice: number(row.stop_price),
        parent: number(row.parent_order_id),
        contingency: row.contingency ?? undefined,
        createdAt: (row.created_at as Date).toISOString(),
        updatedAt: (row.updated_at as Date).toISOString(),
      };
      expectSame(found, {
        orderId: order.orderId,
        clientOrderId: String(order.clientOrderId),
        account: order.account,
        symbol: order.symbol,
        side: order.side,
        type: order.type,
        timeInForce: order.timeInForce,
        strategy: order.strategy,
        quantity: order.quantity,
        limitPrice: order.limitPrice,
        status: order.status,
        filledQuantity: order.filledQuantity,
        averagePrice: order.averagePrice,
        reason: order.reason,
        stopPrice: order.stopPrice,
        parent: order.parent,
        contingency: order.contingency,
        createdAt: order.createdAt,
        updatedAt: order.updatedAt,
      });
    }
    expect(index).toBe(state.orders.count);

    index = 0;
    for await (const row of rowsOf(client, 'SELECT * FROM trading.executions ORDER BY execution_id')) {
      const { venue, liquidity, ...fill } = executionView(state, directory, index++);
      const found = {
        executionId: Number(row.execution_id),
        orderId: Number(row.order_id),
        childId: Number(row.child_id),
        account: row.account,
        symbol: row.symbol,
        side: row.side,
        price: Number(row.price),
        quantity: row.quantity,
        fee: Number(row.fee),
        timeNs: Number(row.time_ns),
        at: (row.executed_at as Date).toISOString(),
        venue: row.venue,
        liquidity: row.liquidity,
      };
      const { at, ...rest } = fill;
      expectSame(found, { ...rest, at, venue, liquidity });
    }
    expect(index).toBe(state.executions.count);

    index = 0;
    const columns = Object.keys(events[0] ?? { record: 0 }).join(', ');
    const sql = `SELECT ${columns} FROM trading.order_events WHERE record >= ${first} ORDER BY record, order_id`;
    for await (const row of rowsOf(client, sql))
      expectSame({ ...row, record: Number(row.record), order_id: Number(row.order_id) }, events[index++] as Event);
    expect(index).toBe(events.length);
    const { rows } = await client.query("SELECT record::int FROM trading.write_behind WHERE owner = 'oms'");
    expect(rows).toEqual([{ record: state.record }]);
    return { orders: state.orders.count, executions: state.executions.count, events: events.length };
  } finally {
    await client.end();
  }
}
