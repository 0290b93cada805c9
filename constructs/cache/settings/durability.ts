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

export const rewritePercentage = selector('auto-aof-rewrite-percentage', (_: RedisInput) => ({
  value: 100,
  reason: 'rewritten when it has doubled: the file has at most about twice the size of what is in it',
  source: 'Redis documentation, persistence',
}));

export const snapshotPreamble = selector('aof-use-rdb-preamble', (_: RedisInput) => ({
  value: true,
  reason: 'a rewritten file begins with a snapshot: a restart loads it several times as fast as commands',
  source: 'Redis documentation, persistence',
}));

export const loadTruncated = selector('aof-load-truncated', (_: RedisInput) => ({
  value: true,
  reason: 'a crash may cut the last command: the rest is loaded, and the journal of the OMS brings what is missing',
  source: 'Redis documentation, persistence',
}));

export const fsyncWhileRewriting = selector('no-appendfsync-on-rewrite', (_: RedisInput) => ({
  value: false,
  reason: 'a rewrite takes minutes for a large cache: a crash in it still loses one second only',
  source: 'Redis documentation, persistence',
}));

export const rewriteInSteps = selector('aof-rewrite-incremental-fsync', (_: RedisInput) => ({
  value: true,
  reason: 'pages that wait for the disk count against the container: written out every 4 MiB they stay few',
  source: 'Redis documentation, redis.conf',
}));

export const snapshotInSteps = selector('rdb-save-incremental-fsync', (_: RedisInput) => ({
  value: true,
  reason: 'as for the append-only file',
  source: 'Redis documentation, redis.conf',
}));
