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
];
