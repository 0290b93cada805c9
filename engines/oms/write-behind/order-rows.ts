import type { PostgresWriter } from '@nautilus/core/persistence';
import type { OrderRows } from './order-projection';

/** One array a column, so that a batch is one statement whatever its size. */
const column = <Row>(rows: readonly Row[], value: (row: Row) => unknown) => rows.map((row) => value(row) ?? null);

/** A batch of orders and executions for PostgreSQL. */
export const toPostgres =
  (journal: string): PostgresWriter<OrderRows>['write'] =>
  async (client, { orders, executions }) => {
    if (orders.length > 0) {
      await client.query(upsertOrders, [
        journal,
        column(orders, (order) => order.orderId),
        column(orders, (order) => String(order.clientOrderId)),
        column(orders, (order) => order.account),
        column(orders, (order) => order.symbol),
        column(orders, (order) => order.side),
        column(orders, (order) => order.type),
        column(orders, (order) => order.timeInForce),
        column(orders, (order) => order.algorithm?.kind),
        column(orders, (order) => order.algorithm?.slices),
        column(orders, (order) => order.algorithm?.startNs),
        column(orders, (order) => order.algorithm?.endNs),
        column(orders, (order) => order.quantity),
        column(orders, (order) => order.limitPrice),
        column(orders, (order) => order.status),
        column(orders, (order) => order.filledQuantity),
        column(orders, (order) => order.averagePrice),
        column(orders, (order) => order.reason),
        column(orders, (order) => order.createdAt),
        column(orders, (order) => order.updatedAt),
      ]);
    }
    if (executions.length > 0) {
      await client.query(insertExecutions, [
        journal,
        column(executions, (execution) => execution.executionId),
        column(executions, (execution) => execution.orderId),
        column(executions, (execution) => execution.childId),
        column(executions, (execution) => execution.account),
        column(executions, (execution) => execution.symbol),
        column(executions, (execution) => execution.side),
        column(executions, (execution) => execution.price),
        column(executions, (execution) => execution.quantity),
        column(executions, (execution) => execution.liquidity),
        column(executions, (execution) => execution.timeNs),
        column(executions, (execution) => execution.at),
      ]);
    }
  };

const upsertOrders = `
INSERT INTO trading.orders (
  journal, order_id, client_order_id, account, symbol, side, type, time_in_force, algorithm, slices, start_ns, end_ns,
  quantity, limit_price, status, filled_quantity, average_price, reason, created_at, updated_at)
SELECT $1, * FROM unnest(
  $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::integer[],
  $11::bigint[], $12::bigint[], $13::integer[], $14::numeric[], $15::text[], $16::integer[], $17::numeric[],
  $18::text[], $19::timestamptz[], $20::timestamptz[])
ON CONFLICT (journal, order_id) DO UPDATE SET
  quantity = excluded.quantity, limit_price = excluded.limit_price, status = excluded.status,
  filled_quantity = excluded.filled_quantity, average_price = excluded.average_price, reason = excluded.reason,
  updated_at = excluded.updated_at`;

const insertExecutions = `
INSERT INTO trading.executions (
  journal, execution_id, order_id, child_id, account, symbol, side, price, quantity, liquidity, time_ns, executed_at)
SELECT $1, * FROM unnest(
  $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::numeric[], $9::integer[],
  $10::text[], $11::bigint[], $12::timestamptz[])
ON CONFLICT (journal, execution_id) DO NOTHING`;
