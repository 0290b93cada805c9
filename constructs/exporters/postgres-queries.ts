import { monitoringSchema } from '../database/monitoring';

type Usage = 'LABEL' | 'GAUGE' | 'COUNTER';

interface Query {
  /** Function of the database that is asked; engines that were not there yet have no rows. */
  readonly from: string;
  readonly columns: Readonly<Record<string, readonly [usage: Usage, help: string]>>;
  /** Time that an answer is kept, because asking costs the database something. @default asked every time */
  readonly cacheSeconds?: number;
}

/** By the first part of the metric's name; a column is the second. */
const queries: Readonly<Record<string, Query>> = {
  nautilus_database_orders: {
    from: 'orders',
    columns: {
      status: ['LABEL', 'State of the order'],
      recent: ['GAUGE', 'Orders of the last hour in the database, by state'],
    },
    cacheSeconds: 30,
  },
  nautilus_database_executions: {
    from: 'executions',
    columns: {
      side: ['LABEL', 'Side of the order'],
      liquidity: ['LABEL', 'Did the order take liquidity or make it?'],
      recent: ['GAUGE', 'Executions of the last hour in the database'],
      recent_shares: ['GAUGE', 'Shares of the executions of the last hour'],
      recent_notional: ['GAUGE', 'Price times shares of the executions of the last hour, in currency'],
    },
    cacheSeconds: 30,
  },
  nautilus_database_write_behind: {
    from: 'write_behind',
    columns: {
      owner: ['LABEL', 'Engine whose journal it is'],
      journal: ['LABEL', 'The journal'],
      records: ['COUNTER', 'Records of the journal whose rows are in the database'],
      age_seconds: ['GAUGE', 'Time since the last batch was written'],
    },
  },
  nautilus_database_table: {
    from: 'tables',
    columns: {
      table: ['LABEL', 'Schema and table'],
      bytes: ['GAUGE', 'Size on disk with indexes'],
      index_bytes: ['GAUGE', 'Size of the indexes on disk'],
      live_rows: ['GAUGE', 'Rows, as the server estimates them'],
      dead_rows: ['GAUGE', 'Dead rows that are not vacuumed yet, estimated'],
    },
    cacheSeconds: 30,
  },
  nautilus_database_sessions: {
    from: 'sessions',
    columns: {
      application: ['LABEL', 'Name that the client gave itself'],
      state: ['LABEL', 'active, idle, idle in transaction …'],
      count: ['GAUGE', 'Sessions in the database of the platform'],
    },
  },
  nautilus_database_statements: {
    from: 'statements',
    columns: {
      calls_total: ['COUNTER', 'Statements executed'],
      seconds_total: ['COUNTER', 'Time spent executing them'],
      rows_total: ['COUNTER', 'Rows that they returned or changed'],
      temp_bytes_total: ['COUNTER', 'Bytes that sorts and hashes spilled to disk'],
    },
  },
};

/** Names of the metrics that the queries add to the exporter's own. */
export const databaseMetrics: readonly string[] = Object.entries(queries).flatMap(([prefix, { columns }]) =>
  Object.entries(columns)
    .filter(([, [usage]]) => usage !== 'LABEL')
    .map(([column]) => `${prefix}_${column}`),
);

/** queries.yaml, written as JSON, which is YAML. */
export const queriesFile = `${JSON.stringify(
  Object.fromEntries(
    Object.entries(queries).map(([prefix, { from, columns, cacheSeconds }]) => [
      prefix,
      {
        query: `SELECT * FROM ${monitoringSchema}.${from}()`,
        master: true,
        ...(cacheSeconds && { cache_seconds: cacheSeconds }),
        metrics: Object.entries(columns).map(([column, [usage, description]]) => ({
          [column]: { usage, description },
        })),
      },
    ]),
  ),
  null,
  2,
)}\n`;
