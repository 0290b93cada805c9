import { selector } from '../../setting';
import { timescaledbFormulas } from '../published';
import type { PostgresInput } from './input';

/**
 * Libraries that the server loads where its image has them, in this order: TimescaleDB must be the first. Which there are
 * is found out when the container starts.
 */
export const preloaded = ['timescaledb', 'pg_stat_statements'] as const;

export const statementsKept = selector('pg_stat_statements.max', (_: PostgresInput) => ({
  value: 5000,
  reason: 'more kinds of statement than the engines have; 2 MiB of shared memory',
  source: 'PostgreSQL documentation F.32',
}));

export const statementsTracked = selector('pg_stat_statements.track', (_: PostgresInput) => ({
  value: 'top',
  reason: 'what clients send; what functions do in it would count twice',
  source: 'PostgreSQL documentation F.32',
}));

export const utilityStatements = selector('pg_stat_statements.track_utility', (_: PostgresInput) => ({
  value: false,
  reason: 'they are kept as they were sent: a change of a password would be among them',
  source: 'PostgreSQL documentation F.32',
}));

export const timescaledbWorkers = selector('timescaledb.max_background_workers', (_: PostgresInput) => ({
  value: timescaledbFormulas.maxBackgroundWorkers,
  reason:
    "TimescaleDB's scheduler and its jobs: compression, retention, continuous aggregates; without TimescaleDB it means nothing",
  source: 'timescaledb-tune 0.19',
  onlyWith: 'timescaledb',
}));

export const timescaledbTelemetry = selector('timescaledb.telemetry_level', (_: PostgresInput) => ({
  value: 'off',
  reason: 'the platform reports to nobody outside',
  source: 'TimescaleDB documentation, telemetry',
  onlyWith: 'timescaledb',
}));
