import { redisExporterScrape } from '../../exporters/redis-exporter-settings';
import { rateWindow } from '../../monitoring/rules';
import { type BoardOf, filling, noneAllowed, yesNo } from './board';

const ours = 'datname!~"template.*|postgres"';

/** The database and the cache behind the order path. */
export const databases: BoardOf = (profile) => {
  // A large cache is read less often than the rest: Grafana's own interval would hold one reading of it.
  const window = `${rateWindow(redisExporterScrape(profile).interval).seconds}s`;
  return {
    uid: 'nautilus-databases',
    title: 'Databases',
    about: 'PostgreSQL and Redis behind the order path: nothing waits for them, but history and restarts need them.',
    rows: [
      {
        title: 'PostgreSQL',
        needs: ['postgres-exporter'],
        panels: [
          {
            kind: 'figure',
            title: 'PostgreSQL',
            about: 'Did the exporter reach it?',
            unit: 'none',
            queries: [{ expression: 'pg_up' }],
            words: yesNo,
          },
          {
            kind: 'figure',
            title: 'Connections',
            about: 'Of those that it allows.',
            unit: 'percentunit',
            queries: [{ expression: 'sum(pg_stat_activity_count) / max(pg_settings_max_connections)' }],
            steps: filling,
          },
          {
            kind: 'figure',
            title: 'Found in memory',
            about: 'Share of the blocks that were in shared buffers. The kernel’s cache is behind them.',
            unit: 'percentunit',
            queries: [
              {
                expression: `sum(rate(pg_stat_database_blks_hit{${ours}}[$__rate_interval])) / (sum(rate(pg_stat_database_blks_hit{${ours}}[$__rate_interval])) + sum(rate(pg_stat_database_blks_read{${ours}}[$__rate_interval])))`,
              },
            ],
          },
          {
            kind: 'figure',
            title: 'Size',
            about: 'Of the platform’s database on disk.',
            unit: 'bytes',
            queries: [{ expression: `sum(pg_database_size_bytes{${ours}})` }],
          },
          {
            kind: 'figure',
            title: 'Deadlocks in an hour',
            about: 'Transactions that PostgreSQL ended because they waited for each other.',
            unit: 'none',
            queries: [{ expression: `sum(increase(pg_stat_database_deadlocks{${ours}}[1h]))` }],
            steps: noneAllowed,
          },
          {
            kind: 'figure',
            title: 'Not written yet',
            about: 'Records of the journal that PostgreSQL has not got.',
            unit: 'short',
            queries: [{ expression: 'sum(nautilus_write_behind_lag_records{sink="postgres"})' }],
          },
          {
            kind: 'lines',
            title: 'Transactions',
            about: 'Committed and rolled back, a second.',
            unit: 'ops',
            queries: [
              {
                expression: `sum by (datname) (rate(pg_stat_database_xact_commit{${ours}}[$__rate_interval]))`,
                legend: '{{datname}} committed',
              },
              {
                expression: `sum by (datname) (rate(pg_stat_database_xact_rollback{${ours}}[$__rate_interval]))`,
                legend: '{{datname}} rolled back',
              },
            ],
          },
          {
            kind: 'lines',
            title: 'Rows',
            about: 'Inserted, updated, deleted and fetched by an index, a second.',
            unit: 'ops',
            queries: [
              {
                expression: `sum(rate(pg_stat_database_tup_inserted{${ours}}[$__rate_interval]))`,
                legend: 'inserted',
              },
              { expression: `sum(rate(pg_stat_database_tup_updated{${ours}}[$__rate_interval]))`, legend: 'updated' },
              { expression: `sum(rate(pg_stat_database_tup_deleted{${ours}}[$__rate_interval]))`, legend: 'deleted' },
              { expression: `sum(rate(pg_stat_database_tup_fetched{${ours}}[$__rate_interval]))`, legend: 'fetched' },
            ],
          },
          {
            kind: 'lines',
            title: 'Connections by what they do',
            about: 'Many that are idle in transaction hold locks and keep vacuum from its work.',
            unit: 'none',
            queries: [{ expression: 'sum by (state) (pg_stat_activity_count)', legend: '{{state}}' }],
            stacked: true,
          },
          {
            kind: 'lines',
            title: 'Sorted and hashed on disk',
            about: 'Bytes of temporary files a second: work_mem was too small for a query.',
            unit: 'Bps',
            queries: [
              { expression: `sum(rate(pg_stat_database_temp_bytes{${ours}}[$__rate_interval]))`, legend: 'written' },
            ],
          },
        ],
      },
      {
        title: 'Trading in PostgreSQL',
        needs: ['postgres-exporter'],
        panels: [
          {
            kind: 'lines',
            title: 'Orders of the last hour',
            about: 'By what has become of them, as the database has them.',
            unit: 'short',
            queries: [{ expression: 'nautilus_database_orders_recent', legend: '{{status}}' }],
            stacked: true,
          },
          {
            kind: 'lines',
            title: 'Traded in the last hour',
            about: 'Price times quantity of the executions, in currency.',
            unit: 'short',
            queries: [
              {
                expression: 'sum by (side) (nautilus_database_executions_recent_notional)',
                legend: '{{side}}',
              },
            ],
          },
          {
            kind: 'lines',
            title: 'Size of the tables',
            about: 'With their indexes.',
            unit: 'bytes',
            queries: [{ expression: 'nautilus_database_table_bytes', legend: '{{table}}' }],
            stacked: true,
          },
          {
            kind: 'lines',
            title: 'Dead rows',
            about: 'Share of the rows that vacuum has yet to take away.',
            unit: 'percentunit',
            queries: [
              {
                expression:
                  'nautilus_database_table_dead_rows / (nautilus_database_table_live_rows + nautilus_database_table_dead_rows)',
                legend: '{{table}}',
              },
            ],
          },
          {
            kind: 'lines',
            title: 'Sessions by program',
            about: 'Who is connected, and what the session does.',
            unit: 'none',
            queries: [{ expression: 'nautilus_database_sessions_count', legend: '{{application}} {{state}}' }],
          },
          {
            kind: 'lines',
            title: 'Time of a statement',
            about: 'On average over all statements, in the server.',
            unit: 's',
            queries: [
              {
                expression:
                  'sum(rate(nautilus_database_statements_seconds_total[$__rate_interval])) / sum(rate(nautilus_database_statements_calls_total[$__rate_interval]))',
                legend: 'a statement',
              },
            ],
          },
        ],
      },
      {
        title: 'Redis',
        needs: ['redis-exporter'],
        panels: [
          {
            kind: 'figure',
            title: 'Redis',
            about: 'Did the exporter reach it?',
            unit: 'none',
            queries: [{ expression: 'redis_up' }],
            words: yesNo,
          },
          {
            kind: 'figure',
            title: 'Memory',
            about: 'Of its maximum: at 100 % it refuses to write.',
            unit: 'percentunit',
            queries: [{ expression: 'redis_memory_used_bytes / redis_memory_max_bytes' }],
            steps: filling,
          },
          {
            kind: 'figure',
            title: 'Connections',
            about: 'Of those that it allows.',
            unit: 'percentunit',
            queries: [{ expression: 'redis_connected_clients / redis_config_maxclients' }],
            steps: filling,
          },
          {
            kind: 'figure',
            title: 'Refused connections in an hour',
            about: 'Clients that found no room.',
            unit: 'none',
            queries: [{ expression: 'increase(redis_rejected_connections_total[1h])' }],
            steps: noneAllowed,
          },
          {
            kind: 'figure',
            title: 'Append-only file',
            about: 'Was the last write of it well?',
            unit: 'none',
            queries: [{ expression: 'redis_aof_last_write_status' }],
            words: yesNo,
          },
          {
            kind: 'figure',
            title: 'Not written yet',
            about: 'Records of the journal that Redis has not got.',
            unit: 'short',
            queries: [{ expression: 'sum(nautilus_write_behind_lag_records{sink="redis"})' }],
          },
          {
            kind: 'lines',
            title: 'Keys by what is in them',
            about: 'Orders, positions, trades and what belongs to them.',
            unit: 'short',
            queries: [{ expression: 'sum by (key_group) (redis_key_group_count)', legend: '{{key_group}}' }],
          },
          {
            kind: 'lines',
            title: 'Commands',
            about: 'By kind, a second.',
            unit: 'ops',
            queries: [{ expression: `sum by (cmd) (rate(redis_commands_total[${window}]))`, legend: '{{cmd}}' }],
          },
          {
            kind: 'lines',
            title: 'Time of a command',
            about: 'On average, in the server.',
            unit: 's',
            queries: [
              {
                expression: `sum by (cmd) (rate(redis_commands_duration_seconds_total[${window}])) / sum by (cmd) (rate(redis_commands_total[${window}]))`,
                legend: '{{cmd}}',
              },
            ],
          },
          {
            kind: 'lines',
            title: 'Ended by time',
            about: 'Keys a second whose time was over: trades after a day. Evicted must stay at 0.',
            unit: 'ops',
            queries: [
              { expression: `rate(redis_expired_keys_total[${window}])`, legend: 'expired' },
              { expression: `rate(redis_evicted_keys_total[${window}])`, legend: 'evicted' },
            ],
          },
        ],
      },
    ],
  };
};
