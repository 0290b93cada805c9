import { asked, selector } from '../../setting';
import { pgtuneFormulas, timescaledbFormulas } from '../published';
import type { PostgresInput } from './input';

const wholeCpus = ({ cpus }: PostgresInput) => Math.max(1, Math.floor(cpus.cores));

export const maxParallelWorkers = selector('max_parallel_workers', (input: PostgresInput) => {
  const value = pgtuneFormulas.maxParallelWorkers(wholeCpus(input));
  return {
    value,
    reason: 'one for each CPU of the quota: more only wait for each other',
    source: 'pgtune, timescaledb-tune 0.19',
    ...asked('16', {
      met: value === 16,
      why: `the quota is ${input.cpus} CPUs: more workers would wait, and each could take work_mem`,
    }),
  };
});

export const maxParallelWorkersPerGather = selector('max_parallel_workers_per_gather', (input: PostgresInput) => {
  const most = input.kind === 'research' ? 4 : 2;
  return {
    value: Math.min(most, pgtuneFormulas.maxParallelWorkersPerGather(wholeCpus(input), input.kind)),
    reason: `half of the CPUs, at most ${most}: each worker that is planned takes another share of work_mem in every active session, so the 4 of pgtune and the half of any number of timescaledb-tune would leave each sort less`,
    source: 'pgtune, measured',
  };
});

export const maxParallelMaintenanceWorkers = selector('max_parallel_maintenance_workers', (input: PostgresInput) => ({
  value: pgtuneFormulas.maxParallelMaintenanceWorkers(wholeCpus(input)),
  reason: 'half of the CPUs build an index; they share one maintenance_work_mem and count as parallel workers',
  source: 'pgtune',
}));

export const maxWorkerProcesses = selector('max_worker_processes', (input: PostgresInput) => {
  const value = timescaledbFormulas.maxWorkerProcesses(wholeCpus(input));
  const jobs = timescaledbFormulas.maxBackgroundWorkers;
  return {
    value,
    reason: `caps the parallel workers: ${jobs} for TimescaleDB's jobs, 3 of PostgreSQL's own, and the CPUs; with pgtune's number the jobs would take the workers of the queries`,
    source: 'timescaledb-tune 0.19',
    ...asked('20', {
      met: value === 20,
      why: `${jobs} jobs and 3 of PostgreSQL's own would leave one worker for queries`,
    }),
  };
});
