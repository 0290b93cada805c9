import { selector } from '../../setting';
import type { PostgresInput } from './input';

export const randomPageCost = selector('random_page_cost', (_: PostgresInput) => ({
  value: 1.1,
  reason: 'data is on solid-state storage, where a random page costs about what the next one does',
  source: 'pgtune',
}));

export const effectiveIoConcurrency = selector('effective_io_concurrency', (_: PostgresInput) => ({
  value: 200,
  reason: 'reads that solid-state storage answers at once',
  source: 'pgtune',
}));

export const statisticsTarget = selector('default_statistics_target', ({ kind }: PostgresInput) => ({
  value: kind === 'research' ? 500 : 100,
  reason: 'research queries over skewed data need finer histograms; for the rest planning time matters more',
  source: 'pgtune',
}));

export const justInTime = selector('jit', (_: PostgresInput) => ({
  value: false,
  reason: 'compiling costs more than short queries take',
  source: 'timescaledb-tune 0.19',
}));

export const hugePages = selector('huge_pages', (_: PostgresInput) => ({
  value: 'off',
  reason: "a container cannot reserve huge pages: they are the VM's, and the VM has none unless its kernel was told",
  source: 'PostgreSQL documentation 19.4.5',
}));
