import { Duration, MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { PostgresInput } from './input';

export const loggingCollector = selector('logging_collector', (_: PostgresInput) => ({
  value: false,
  reason: "the log goes to Docker, which keeps three files of 10 MB: a collector's files would grow in the data volume",
  source: 'PostgreSQL documentation 20.8',
}));

const slow = { orders: 100, mixed: 250, research: 10_000 } as const;

export const slowStatements = selector('log_min_duration_statement', ({ kind }: PostgresInput) => ({
  value: Duration.milliseconds(slow[kind]),
  reason: 'what takes longer is worth a line; everything else is in pg_stat_statements',
  source: 'PostgreSQL documentation 20.8',
}));

export const statements = selector('log_statement', (_: PostgresInput) => ({
  value: 'none',
  reason: 'a statement may carry what nobody should read in a log',
  source: 'PostgreSQL documentation 20.8',
}));

export const parameterLength = selector('log_parameter_max_length', (_: PostgresInput) => ({
  value: 256,
  reason: 'a batch of orders is one statement with thousands of values: bytes of them in a line about a slow one',
  source: 'PostgreSQL documentation 20.8',
}));

export const checkpoints = selector('log_checkpoints', (_: PostgresInput) => ({
  value: true,
  reason: 'one line in 15 minutes; more of them say that max_wal_size is too small',
  source: 'PostgreSQL documentation 20.8',
}));

export const lockWaits = selector('log_lock_waits', (_: PostgresInput) => ({
  value: true,
  reason: 'who waited longer than deadlock_timeout, and for whom',
  source: 'PostgreSQL documentation 20.8',
}));

export const temporaryFiles = selector('log_temp_files', (_: PostgresInput) => ({
  value: MemorySize.mebibytes(64),
  reason: 'a sort that spilled this much had too little work_mem, or a plan too bad',
  source: 'PostgreSQL documentation 20.8',
}));

export const longVacuums = selector('log_autovacuum_min_duration', (_: PostgresInput) => ({
  value: Duration.seconds(10),
  reason: 'the default of ten minutes hides that a table is vacuumed all the time',
  source: 'PostgreSQL documentation 20.8',
}));

export const linePrefix = selector('log_line_prefix', (_: PostgresInput) => ({
  value: '%m [%p] %q%u@%d %a ',
  reason: 'when, which process, and of whom: role, database and engine',
  source: 'PostgreSQL documentation 20.8',
}));
