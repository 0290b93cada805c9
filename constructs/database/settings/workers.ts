import { selector } from '../../setting';
import type { PostgresInput } from './input';

/** TimescaleDB's own scheduler and jobs. */
const backgroundWorkers = 16;

const wholeCpus = ({ cpus }: PostgresInput) => Math.max(1, Math.floor(cpus.cores));

export const maxParallelWorkers = selector('max_parallel_workers', (input: PostgresInput) => ({
  value: wholeCpus(input),
  reason: 'one for each CPU of the quota: more only wait for each other',
  source: 'pgtune',
}));

export const maxParallelWorkersPerGather = selector('max_parallel_workers_per_gather', (input: PostgresInput) => ({
  value: Math.min(4, Math.ceil(wholeCpus(input) / 2)),
  reason: 'half of the CPUs, at most 4: one query must not take them all',
  source: 'pgtune',
}));

export const maxWorkerProcesses = selector('max_worker_processes', (input: PostgresInput) => ({
  value: 3 + backgroundWorkers + wholeCpus(input),
  reason: `caps the parallel workers: ${backgroundWorkers} for TimescaleDB's jobs, 3 of PostgreSQL's own, and the CPUs`,
  source: 'timescaledb-tune 0.19',
}));

export const autovacuumMaxWorkers = selector('autovacuum_max_workers', (_: PostgresInput) => ({
  value: 3,
  reason: "each takes autovacuum_work_mem, so timescaledb-tune's 10 would cost more than the sorts of all queries",
  source: 'PostgreSQL documentation 20.10',
}));
