import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { PostgresInput } from './input';
import { sharedBuffers } from './memory';

const gibibytes = MemorySize.gibibytes;
const segments = {
  orders: { min: gibibytes(2), max: gibibytes(8) },
  mixed: { min: gibibytes(1), max: gibibytes(4) },
  research: { min: gibibytes(4), max: gibibytes(16) },
} as const;
/** Below this limit the disk is taken to be small as well. */
const small = gibibytes(2);

export const minWalSize = selector('min_wal_size', ({ limit, kind }: PostgresInput) => ({
  value: small.exceeds(limit) ? MemorySize.mebibytes(256) : segments[kind].min,
  reason: 'segments that are used again instead of made anew; 256MB where the container has less than 2 GiB',
  source: 'pgtune',
}));

export const maxWalSize = selector('max_wal_size', ({ limit, kind }: PostgresInput) => ({
  value: small.exceeds(limit) ? gibibytes(1) : segments[kind].max,
  reason: 'checkpoints come by time and not by volume; 1GB where the container has less than 2 GiB',
  source: 'pgtune',
}));

export const walBuffers = selector('wal_buffers', (input: PostgresInput) => ({
  value: sharedBuffers(input).value.times(0.03).floorTo(MemorySize.kibibytes(8)).atMost(MemorySize.mebibytes(16)),
  reason: '3 % of shared_buffers, at most a segment: more is never filled between two flushes',
  source: 'pgtune',
}));

export const checkpointCompletionTarget = selector('checkpoint_completion_target', (_: PostgresInput) => ({
  value: 0.9,
  reason: 'spreads the writing of a checkpoint over the time until the next',
  source: 'PostgreSQL documentation 20.5',
}));
