import { MemorySize } from '@nautilus/config';
import { asked, selector } from '../../setting';
import { autovacuumWorkMem } from './autovacuum';
import type { PostgresInput } from './input';

/** ANALYZE keeps this many rows in memory for each point of the target; a wide row of ours has half a KiB. */
const sampledRows = 300;
const row = MemorySize.bytes(512);
const wanted = 1000;

export const statisticsTarget = selector('default_statistics_target', (input: PostgresInput) => {
  const bearable = Math.floor(autovacuumWorkMem(input).value.bytes / (sampledRows * row.bytes) / 100) * 100;
  const value = input.kind === 'orders' ? 100 : Math.max(100, Math.min(wanted, bearable));
  return {
    value,
    reason:
      input.kind === 'orders'
        ? 'short queries by key: more would only make planning dearer'
        : 'a few symbols make most of the trades, and 100 points (pgtune, timescaledb-tune) miss the rest; a sample of 300 rows a point stays inside autovacuum_work_mem',
    source: 'PostgreSQL documentation 20.7, 25.1.3',
    ...asked('1000', {
      met: value === wanted,
      why:
        input.kind === 'orders'
          ? 'it is for trading analytics: the workload kinds mixed and research have it'
          : `a sample of ${wanted * sampledRows} rows would not fit the ${autovacuumWorkMem(input).value} of an autovacuum worker`,
    }),
  };
});

export const randomPageCost = selector('random_page_cost', (_: PostgresInput) => ({
  value: 1,
  reason:
    "data is on NVMe storage and mostly in the page cache, where a random page costs what the next one does: the tenth more of pgtune and timescaledb-tune is a SATA disk's",
  source: 'the requirements; PostgreSQL documentation 20.7.2',
}));

export const justInTime = selector('jit', (_: PostgresInput) => ({
  value: false,
  reason: 'compiling costs more than short queries take',
  source: 'timescaledb-tune 0.19',
}));
