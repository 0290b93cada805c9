import { cacheMemory, MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { RedisInput } from './input';

export const maxMemory = selector('maxmemory', (input: RedisInput) => {
  const { data } = cacheMemory(input);
  return {
    value: data,
    reason: `a snapshot that is written while everything changes has all pages twice: ${data} twice, fragmentation, ${input.clients} connections and the append-only file fit into ${input.limit}`,
    source: 'measured: 2.05 times the data set at the peak of a BGSAVE under writes; Redis documentation, persistence',
    requirement: {
      value: '6gb',
      why: 'that is the whole container: the first snapshot under writes would end in an OOM kill, and the orders would be gone with it',
    },
  };
});

export const maxMemoryPolicy = selector('maxmemory-policy', (_: RedisInput) => ({
  value: 'noeviction',
  reason:
    'Redis never drops an order to make room: the platform removes ended orders itself, and a writer is told when it is full',
  source: 'Redis documentation, key eviction',
}));

export const maxMemoryClients = selector('maxmemory-clients', (input: RedisInput) => ({
  value: cacheMemory(input).clients,
  reason:
    'a connection that has just spoken takes 38 kB, an idle one 1.8 kB: room for all up to a tenth of the limit; past it the largest is disconnected, not the container killed',
  source: 'measured with 8,000 connections; Redis documentation, client handling',
}));

export const clientQueryBufferLimit = selector('client-query-buffer-limit', (input: RedisInput) => ({
  value: cacheMemory(input).clients.atMost(MemorySize.mebibytes(64)),
  reason: 'one client cannot fill the room of all; Redis allows 1 GB, more than most of these containers have',
  source: 'Redis documentation, client handling',
}));

export const longestArgument = selector('proto-max-bulk-len', (_: RedisInput) => ({
  value: MemorySize.mebibytes(1),
  reason: 'the longest value of an order has a few hundred bytes; 512 MB in one argument are an accident',
  source: 'Redis documentation, redis.conf',
}));

/** CONFIG GET prints it in this form: class, hard limit, soft limit, seconds over the soft limit. */
export const clientOutputBufferLimit = selector('client-output-buffer-limit', (input: RedisInput) => {
  const hard = cacheMemory(input).clients.atMost(MemorySize.mebibytes(256));
  const most = [hard.bytes, hard.times(0.25).bytes, 60].join(' ');
  return {
    value: `normal ${most} slave ${most} pubsub ${most}`,
    reason:
      'a reader that does not read is disconnected before its replies fill the room of all; by default nothing bounds them',
    source: 'Redis documentation, client handling',
  };
});

export const activeDefragmentation = selector('activedefrag', (_: RedisInput) => ({
  value: false,
  reason:
    'records of like size leave few holes (4 % with the program itself, 5 % are allowed for in maxmemory), and moving them takes the same thread that answers',
  source:
    'measured in test/docker/cache.test.ts; only builds with the bundled jemalloc have it: Debian’s refuses to start with it',
}));
