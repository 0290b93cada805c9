import { selector } from '../../setting';
import { timescaledbFormulas } from '../published';
import type { PostgresInput } from './input';

export const maxLocksPerTransaction = selector('max_locks_per_transaction', ({ limit }: PostgresInput) => ({
  value: timescaledbFormulas.maxLocksPerTransaction(limit),
  reason: 'a query over a hypertable locks every chunk that it touches',
  source: 'timescaledb-tune 0.19',
}));
