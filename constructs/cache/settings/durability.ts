import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { RedisInput } from './input';

export const appendOnly = selector('appendonly', (_: RedisInput) => ({
  value: true,
  reason: 'a restart finds the orders again',
  source: 'Redis documentation, persistence',
}));

export const appendFsync = selector('appendfsync', (_: RedisInput) => ({
  value: 'everysec',
  reason: '28,000 writes a second against 3,600 with always; the journal of the OMS is the truth, not the cache',
  source: 'measured',
}));

export const save = selector('save', (_: RedisInput) => ({
  value: '',
  reason: 'the append-only file has everything: a snapshot besides it would fork for nothing',
  source: 'Redis documentation, persistence',
}));

export const rewriteMinSize = selector('auto-aof-rewrite-min-size', (_: RedisInput) => ({
  value: MemorySize.mebibytes(64),
  reason: 'a rewrite forks; below this the file is not worth one',
  source: 'Redis documentation, persistence',
}));
