import { Duration, MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import { pgtuneFormulas } from '../published';
import type { PostgresInput } from './input';
import { sharedBuffers } from './memory';

const gibibytes = MemorySize.gibibytes;
/** Below this limit the disk is taken to be small as well. */
const small = gibibytes(2);

export const walLevel = selector('wal_level', (_: PostgresInput) => ({
  value: 'replica',
  reason: 'base backups and a standby work; logical decoding, which would write more, nobody uses',
  source: 'PostgreSQL documentation 20.5',
}));

export const maxWalSenders = selector('max_wal_senders', (_: PostgresInput) => ({
  value: 3,
  reason: 'a standby, a backup and a stale connection of either',
  source: 'PostgreSQL documentation 20.6',
}));

export const logicalDecodingWorkMem = selector('logical_decoding_work_mem', (_: PostgresInput) => ({
  value: MemorySize.mebibytes(4),
  reason: 'each sender may take it: the default of 64MB would be set aside for nothing while wal_level is replica',
  source: 'PostgreSQL documentation 20.4',
}));

export const walCompression = selector('wal_compression', (_: PostgresInput) => ({
  value: 'lz4',
  reason: 'whole pages after a checkpoint are most of the log: halved for little CPU, which is cheaper than the disk',
  source: 'PostgreSQL documentation 20.5',
}));

export const checkpointTimeout = selector('checkpoint_timeout', (_: PostgresInput) => ({
  value: Duration.minutes(15),
  reason:
    'each checkpoint makes every page be written whole once more; a restart after a crash reads the log of 15 minutes, and the journal of the OMS waits for it',
  source: 'PostgreSQL documentation 30.5',
}));

export const minWalSize = selector('min_wal_size', ({ limit, kind }: PostgresInput) => ({
  value: small.exceeds(limit) ? MemorySize.mebibytes(256) : pgtuneFormulas.minWalSize(kind),
  reason:
    'segments that are used again instead of made anew; 256MB where the container has less than 2 GiB and the disk is taken to be small as well, for which pgtune does not ask (timescaledb-tune asks for the size of the disk, which nobody knows here)',
  source: 'pgtune',
}));

export const maxWalSize = selector('max_wal_size', ({ limit, kind }: PostgresInput) => ({
  value: small.exceeds(limit) ? gibibytes(1) : pgtuneFormulas.maxWalSize(kind),
  reason:
    "checkpoints come by time and not by volume; 1GB, timescaledb-tune's for a disk of unknown size, where the container has less than 2 GiB: pgtune does not ask for the disk",
  source: 'pgtune',
}));

export const walBuffers = selector('wal_buffers', (input: PostgresInput) => ({
  value: pgtuneFormulas.walBuffers(sharedBuffers(input).value.times(4)),
  reason: '3 % of shared_buffers, at most a segment: more is never filled between two flushes',
  source: 'pgtune',
}));

export const checkpointCompletionTarget = selector('checkpoint_completion_target', (_: PostgresInput) => ({
  value: pgtuneFormulas.checkpointCompletionTarget,
  reason: 'spreads the writing of a checkpoint over the time until the next',
  source: 'PostgreSQL documentation 20.5, pgtune, timescaledb-tune 0.19',
}));
