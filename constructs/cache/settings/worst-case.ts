import { cacheMemory } from '@nautilus/config';
import { type WorstCase, worstCaseOf } from '../../budget';
import type { RedisInput } from './input';

/** All that Redis takes at once: a full cache whose every page changes while its child writes a snapshot, and busy clients. */
export function redisWorstCase(input: RedisInput): WorstCase {
  const { data, snapshot, fragmentation, clients, appendBuffer, server } = cacheMemory(input);
  return worstCaseOf([
    { name: 'data set (maxmemory)', size: data },
    { name: 'its copy while a snapshot is written', size: snapshot },
    { name: 'fragmentation of both', size: fragmentation },
    { name: `buffers of ${input.clients} clients`, size: clients },
    { name: 'writes on their way to the append-only file', size: appendBuffer },
    { name: 'server, child and its page tables', size: server },
  ]);
}
