import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { PostgresInput } from './input';

const step = MemorySize.mebibytes(1);

export const sharedBuffers = selector('shared_buffers', ({ limit }: PostgresInput) => ({
  value: limit.times(1 / 4).floorTo(step),
  reason: 'a quarter of the container limit: the page cache holds the rest, and counting pages twice helps nobody',
  source: 'pgtune, PostgreSQL documentation 20.4',
}));

export const effectiveCacheSize = selector('effective_cache_size', ({ limit }: PostgresInput) => ({
  value: limit.times(3 / 4).floorTo(step),
  reason: 'what the buffers and the page cache inside the limit can hold; the planner only reads it',
  source: 'pgtune',
}));

export const maintenanceWorkMem = selector('maintenance_work_mem', ({ limit, kind }: PostgresInput) => ({
  value: limit
    .times(kind === 'research' ? 1 / 8 : 1 / 16)
    .atMost(MemorySize.mebibytes(2047))
    .floorTo(step),
  reason: 'one index build at a time may take a sixteenth (an eighth for research)',
  source: 'pgtune, timescaledb-tune 0.19',
}));

export const autovacuumWorkMem = selector('autovacuum_work_mem', ({ limit }: PostgresInput) => ({
  value: limit
    .times(1 / 64)
    .atLeast(MemorySize.mebibytes(8))
    .atMost(MemorySize.gibibytes(1))
    .floorTo(step),
  reason: 'its default is maintenance_work_mem for every worker: three index builds that nobody asked for',
  source: 'PostgreSQL documentation 20.4',
}));

export const hashMemMultiplier = selector('hash_mem_multiplier', (_: PostgresInput) => ({
  value: 1,
  reason: 'its default lets each hash take twice work_mem; three joins at 64MB took 354MB',
  source: 'PostgreSQL documentation 20.4, measured',
}));
