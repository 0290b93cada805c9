import { MemorySize } from '@nautilus/config';
import { asked, selector } from '../../setting';
import { pgtuneFormulas } from '../published';
import type { PostgresInput } from './input';

const step = MemorySize.mebibytes(1);
const { gibibytes } = MemorySize;

export const sharedBuffers = selector('shared_buffers', ({ limit }: PostgresInput) => {
  const value = pgtuneFormulas.sharedBuffers(limit).floorTo(step);
  return {
    value,
    reason: 'a quarter of the container limit: the page cache holds the rest, and counting pages twice helps nobody',
    source: 'pgtune, timescaledb-tune 0.19, PostgreSQL documentation 20.4',
    ...asked('4GB', {
      met: value.equals(gibibytes(4)),
      why: `a quarter of their container of 16 GB; this one has ${limit}`,
    }),
  };
});

export const effectiveCacheSize = selector('effective_cache_size', ({ limit }: PostgresInput) => {
  const value = pgtuneFormulas.effectiveCacheSize(limit).floorTo(step);
  return {
    value,
    reason: 'what the buffers and the page cache inside the limit can hold; the planner only reads it',
    source: 'pgtune, timescaledb-tune 0.19',
    ...asked('12GB', {
      met: value.equals(gibibytes(12)),
      why: `three quarters of their container of 16 GB; this one has ${limit}`,
    }),
  };
});

export const maintenanceWorkMem = selector('maintenance_work_mem', ({ limit, kind }: PostgresInput) => {
  const value = pgtuneFormulas.maintenanceWorkMem(limit, kind).atMost(gibibytes(2)).floorTo(step);
  return {
    value,
    reason:
      'one index build at a time may take a sixteenth (an eighth for research), at most 2GB where pgtune goes on to 8GB: the eighth of timescaledb-tune for every kind would be taken from the sorts of all queries',
    source: 'pgtune',
    ...asked('2GB', {
      met: value.equals(gibibytes(2)),
      why: 'the 2 GB are for autovacuum, which has a setting of its own',
    }),
  };
});

export const hashMemMultiplier = selector('hash_mem_multiplier', (_: PostgresInput) => ({
  value: 1,
  reason: 'its default lets each hash take twice work_mem; three joins at 64MB took 354MB',
  source: 'PostgreSQL documentation 20.4, measured',
}));

export const tempFileLimit = selector('temp_file_limit', ({ limit }: PostgresInput) => ({
  value: limit.times(4).floorTo(step),
  reason:
    'a sort that spills may not fill the disk on which the log of transactions is: four times the limit a session',
  source: 'PostgreSQL documentation 20.4',
}));

export const hugePages = selector('huge_pages', (_: PostgresInput) => ({
  value: 'off',
  reason:
    "a container cannot reserve huge pages: they are the VM's, and the VM has none unless its kernel was told; pgtune says try, which would end the same",
  source: 'PostgreSQL documentation 19.4.5',
}));
