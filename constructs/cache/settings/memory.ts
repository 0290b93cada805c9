import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { RedisInput } from './input';

export const maxMemory = selector('maxmemory', ({ limit }: RedisInput) => ({
  value: limit.times(0.45).floorTo(MemorySize.mebibytes(1)),
  reason:
    'a snapshot that is written while data changes peaked at 2.05 times the data set: 45 % keeps it inside the limit',
  source: 'measured; Redis documentation, persistence',
}));

export const maxMemoryPolicy = selector('maxmemory-policy', (_: RedisInput) => ({
  value: 'noeviction',
  reason: 'an order is never dropped to make room: the writer is told instead',
  source: 'Redis documentation, key eviction',
}));

export const maxMemoryClients = selector('maxmemory-clients', ({ limit }: RedisInput) => ({
  value: limit.times(0.05).floorTo(MemorySize.mebibytes(1)),
  reason:
    'buffers of slow clients are not part of maxmemory: the largest is disconnected before the container is killed',
  source: 'Redis documentation, client handling',
}));
