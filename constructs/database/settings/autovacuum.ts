import { MemorySize } from '@nautilus/config';
import { asked, selector } from '../../setting';
import { timescaledbFormulas } from '../published';
import type { PostgresInput } from './input';

const { gibibytes, mebibytes } = MemorySize;

export const autovacuumMaxWorkers = selector('autovacuum_max_workers', ({ limit }: PostgresInput) => {
  const value = gibibytes(8).exceeds(limit) ? 3 : 6;
  return {
    value,
    reason: `${value} tables at a time: each takes autovacuum_work_mem, so timescaledb-tune's 10 would cost more than the sorts of all queries`,
    source: 'PostgreSQL documentation 20.10',
    ...asked('6', { met: value === 6, why: `below 8 GiB (here ${limit}) three with more memory each get further` }),
  };
});

export const autovacuumWorkMem = selector('autovacuum_work_mem', (input: PostgresInput) => {
  const workers = autovacuumMaxWorkers(input).value;
  const value = input.limit
    .times(0.12 / workers)
    .atLeast(mebibytes(8))
    .atMost(gibibytes(1))
    .floorTo(mebibytes(1));
  return {
    value,
    reason: `12 % of the limit for all ${workers} workers together: its default is maintenance_work_mem for each, index builds that nobody asked for`,
    source: 'PostgreSQL documentation 20.4; at most 1GB is used before PostgreSQL 17',
    ...asked('2GB', {
      met: Math.round(value.times(workers).bytes / 1e9) === 2,
      why: `the 2 GB are 12 % of their container of 16 GB, for all workers; this one has ${input.limit}`,
    }),
  };
});

export const autovacuumNaptime = selector('autovacuum_naptime', (_: PostgresInput) => ({
  value: timescaledbFormulas.autovacuumNaptime,
  reason: 'an order is updated several times in seconds: its dead rows are looked for every ten, not every sixty',
  source: 'timescaledb-tune 0.19',
}));

const deadShare = { orders: 0.02, mixed: 0.05, research: 0.1 } as const;

export const vacuumScaleFactor = selector('autovacuum_vacuum_scale_factor', ({ kind }: PostgresInput) => ({
  value: deadShare[kind],
  reason: `vacuumed when ${deadShare[kind] * 100} % of a table is dead: at the default of 20 % the index of live orders is mostly about dead ones`,
  source: 'PostgreSQL documentation 25.1.6',
}));

export const analyzeScaleFactor = selector('autovacuum_analyze_scale_factor', ({ kind }: PostgresInput) => ({
  value: kind === 'research' ? 0.05 : 0.02,
  reason: 'the rows that are asked for are the newest ones, and the planner must have heard of them',
  source: 'PostgreSQL documentation 25.1.3',
}));

export const insertScaleFactor = selector('autovacuum_vacuum_insert_scale_factor', (_: PostgresInput) => ({
  value: 0.1,
  reason: 'executions are only ever inserted: vacuuming them early lets queries read the index alone',
  source: 'PostgreSQL documentation 25.1.4',
}));

export const vacuumCostLimit = selector('autovacuum_vacuum_cost_limit', (_: PostgresInput) => ({
  value: 2000,
  reason:
    'the default of 200 is from the time of spinning disks: solid-state storage bears ten times that beside the queries',
  source: 'PostgreSQL documentation 20.10',
}));
