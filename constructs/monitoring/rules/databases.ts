import { Duration } from '@nautilus/config';
import { type RuleGroup, type RuleInput, thresholds } from './rule';

/** PostgreSQL and Redis, as their exporters see them. */
export const databaseRules = ({ window, cacheWindow, cachePatience }: RuleInput): RuleGroup => ({
  subject: 'databases',
  records: [
    {
      record: 'postgres:connections:ratio',
      expression: 'sum by (service) (pg_stat_database_numbackends) / max by (service) (pg_settings_max_connections)',
    },
    {
      record: 'postgres:cache_hit:ratio',
      expression: `sum by (service) (rate(pg_stat_database_blks_hit[${window}])) / (sum by (service) (rate(pg_stat_database_blks_hit[${window}]) + rate(pg_stat_database_blks_read[${window}])) > 0)`,
    },
    { record: 'redis:memory:ratio', expression: 'redis_memory_used_bytes / (redis_memory_max_bytes > 0)' },
    { record: 'redis:clients:ratio', expression: 'redis_connected_clients / (redis_config_maxclients > 0)' },
  ],
  alerts: [
    {
      alert: 'PostgresDown',
      severity: 'critical',
      expression: 'pg_up == 0',
      for: Duration.minutes(1),
      summary: 'PostgreSQL does not answer its exporter',
      description: 'Orders go on: the journal keeps what is written behind. See the log of the container.',
    },
    {
      alert: 'RedisDown',
      severity: 'critical',
      expression: 'redis_up == 0',
      for: cachePatience,
      summary: 'Redis does not answer its exporter',
      description: 'Orders go on: the cache is filled again from the journal. See the log of the container.',
    },
    ...thresholds(
      [
        {
          alert: 'PostgresConnectionsExhausted',
          severity: 'critical',
          for: Duration.minutes(1),
          summary: '{{ $value | humanizePercentage }} of the connections to PostgreSQL are taken',
          description:
            'The next client is refused: pg_stat_activity names who holds them; workload.connections is the limit.',
        },
        {
          alert: 'PostgresConnectionsNearLimit',
          severity: 'warning',
          for: Duration.minutes(5),
          summary: '{{ $value | humanizePercentage }} of the connections to PostgreSQL are taken',
          description: 'pg_stat_activity names who holds them; workload.connections is the limit.',
        },
      ],
      (level) => `postgres:connections:ratio > ${[0.95, 0.8][level]}`,
    ),
    {
      alert: 'PostgresCacheHitLow',
      severity: 'warning',
      expression: `postgres:cache_hit:ratio < 0.9 and sum by (service) (rate(pg_stat_database_blks_read[${window}])) > 100`,
      for: Duration.minutes(10),
      summary: 'only {{ $value | humanizePercentage }} of the pages were in memory',
      description: 'The working set has outgrown shared_buffers: raise the claim of postgres or look for a full scan.',
    },
    {
      alert: 'PostgresDeadlocks',
      severity: 'warning',
      expression: `sum by (service, datname) (increase(pg_stat_database_deadlocks[${window}])) > 0`,
      summary: 'transactions in {{ $labels.datname }} locked each other out',
      description: 'PostgreSQL ended one of them: its log has both statements.',
    },
    ...thresholds(
      [
        {
          alert: 'RedisMemoryFull',
          severity: 'critical',
          for: cachePatience,
          summary: 'Redis uses {{ $value | humanizePercentage }} of maxmemory',
          description:
            'Writes are refused at the limit, nothing is evicted: the OMS then writes behind until there is room.',
        },
        {
          alert: 'RedisMemoryNearLimit',
          severity: 'warning',
          for: Duration.minutes(5),
          summary: 'Redis uses {{ $value | humanizePercentage }} of maxmemory',
          description: 'Raise the claim of redis, or keep fewer orders in the cache.',
        },
      ],
      (level) => `redis:memory:ratio > ${[0.95, 0.8][level]}`,
    ),
    {
      alert: 'RedisRejectsConnections',
      severity: 'critical',
      expression: `increase(redis_rejected_connections_total[${cacheWindow}]) > 0`,
      summary: 'Redis refused {{ $value | humanize }} connections',
      description: 'maxclients is reached: workload.cacheClients is the limit.',
    },
    {
      alert: 'RedisEvicts',
      severity: 'critical',
      expression: `increase(redis_evicted_keys_total[${cacheWindow}]) > 0`,
      summary: 'Redis dropped {{ $value | humanize }} keys',
      description: 'The policy is noeviction: somebody changed it, and orders may be missing from the cache.',
    },
    {
      alert: 'RedisAppendOnlyFileFails',
      severity: 'critical',
      expression: 'redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0',
      for: cachePatience,
      summary: 'Redis cannot write its append-only file',
      description: 'A restart would lose what was written since: its disk is full or gone.',
    },
  ],
});
