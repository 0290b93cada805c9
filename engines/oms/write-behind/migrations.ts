import type { Migration } from '@nautilus/core/persistence';

/** The order system's tables. Times of the market (`..._ns`) are nanoseconds after midnight of the session's day. */
export const migrations: readonly Migration[] = [
  {
    id: '001-orders-and-executions',
    sql: `
CREATE TABLE trading.orders (
  journal text NOT NULL,
  order_id bigint NOT NULL,
  client_order_id text NOT NULL,
  account text NOT NULL,
  symbol text NOT NULL,
  side text NOT NULL,
  type text NOT NULL,
  time_in_force text NOT NULL,
  algorithm text,
  slices integer,
  start_ns bigint,
  end_ns bigint,
  quantity integer NOT NULL,
  limit_price numeric(16, 4),
  status text NOT NULL,
  filled_quantity integer NOT NULL,
  average_price numeric(24, 8),
  reason text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (journal, order_id)
);
CREATE INDEX orders_by_client_order_id ON trading.orders (client_order_id);
CREATE INDEX orders_by_time ON trading.orders (created_at);
CREATE TABLE trading.executions (
  journal text NOT NULL,
  execution_id bigint NOT NULL,
  order_id bigint NOT NULL,
  child_id bigint NOT NULL,
  account text NOT NULL,
  symbol text NOT NULL,
  side text NOT NULL,
  price numeric(16, 4) NOT NULL,
  quantity integer NOT NULL,
  liquidity text NOT NULL,
  time_ns bigint NOT NULL,
  executed_at timestamptz NOT NULL,
  PRIMARY KEY (journal, execution_id)
);
CREATE INDEX executions_by_order ON trading.executions (order_id);
CREATE INDEX executions_by_time ON trading.executions (executed_at);`,
  },
  {
    id: '002-order-events-by-day',
    sql: `
ALTER TABLE trading.orders
  SET (fillfactor = 80),
  ADD COLUMN strategy integer NOT NULL DEFAULT 0,
  ADD COLUMN risk_aversion double precision,
  ADD COLUMN participation integer,
  ADD COLUMN display_quantity integer;
DROP INDEX trading.orders_by_time;
CREATE INDEX orders_by_time ON trading.orders USING brin (created_at);
CREATE INDEX orders_by_account ON trading.orders (account, symbol);
ALTER TABLE trading.executions
  ADD COLUMN record bigint,
  ADD COLUMN fee numeric(16, 4) NOT NULL DEFAULT 0,
  ADD COLUMN venue integer NOT NULL DEFAULT 0,
  ADD COLUMN strategy integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT executions_pkey,
  ADD PRIMARY KEY (journal, execution_id, executed_at);
DROP INDEX trading.executions_by_time;
CREATE INDEX executions_by_time ON trading.executions USING brin (executed_at);
SELECT trading.divide('trading.executions', 'executed_at');
CREATE TABLE trading.order_events (
  journal text NOT NULL,
  record bigint NOT NULL,
  order_id bigint NOT NULL,
  event text NOT NULL,
  status text NOT NULL,
  quantity integer NOT NULL,
  limit_price numeric(16, 4),
  filled_quantity integer NOT NULL,
  last_price numeric(16, 4),
  last_quantity integer,
  reason text,
  time_ns bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (journal, order_id, record, at)
);
CREATE INDEX order_events_by_time ON trading.order_events USING brin (at);
SELECT trading.divide('trading.order_events', 'at');`,
  },
  {
    id: '003-linked-orders',
    sql: `
ALTER TABLE trading.orders
  ADD COLUMN stop_price numeric(16, 4),
  ADD COLUMN parent_order_id bigint,
  ADD COLUMN order_group bigint,
  ADD COLUMN contingency text;
CREATE INDEX orders_by_parent ON trading.orders (parent_order_id) WHERE parent_order_id IS NOT NULL;`,
  },
];

/** What is older than the profile keeps: days of facts as a whole, and orders that ended before. */
export const expire: readonly string[] = [
  "SELECT trading.drop_before('trading.executions', $1)",
  "SELECT trading.drop_before('trading.order_events', $1)",
  `DELETE FROM trading.orders WHERE updated_at < $1 AND status IN ('filled', 'cancelled', 'rejected', 'expired')`,
];
