import type { Duration, MemorySize } from '@nautilus/config';
import { type Dialect, print, type Selector, type Setting } from '../../setting';
import * as connections from './connections';
import * as durability from './durability';
import * as encodings from './encodings';
import type { RedisInput } from './input';
import * as latency from './latency';
import * as memory from './memory';

export { openFiles, tcpBacklog } from './connections';
export type { RedisInput } from './input';
export { tuneCachePolicy } from './policy';
export { redisWorstCase } from './worst-case';

const selectors: readonly Selector<RedisInput>[] = [
  memory.maxMemory,
  memory.maxMemoryPolicy,
  memory.maxMemoryClients,
  memory.clientQueryBufferLimit,
  memory.clientOutputBufferLimit,
  memory.longestArgument,
  memory.activeDefragmentation,
  connections.maxClients,
  connections.tcpBacklog,
  connections.databases,
  connections.timeout,
  connections.tcpKeepAlive,
  connections.protectedMode,
  connections.protectedConfigs,
  connections.debugCommand,
  connections.moduleCommand,
  encodings.hashMaxListpackEntries,
  encodings.hashMaxListpackValue,
  durability.appendOnly,
  durability.appendFsync,
  durability.save,
  durability.rewriteMinSize,
  durability.rewritePercentage,
  durability.snapshotPreamble,
  durability.loadTruncated,
  durability.fsyncWhileRewriting,
  durability.rewriteInSteps,
  durability.snapshotInSteps,
  latency.lazyExpire,
  latency.lazyServerDelete,
  latency.lazyUserDelete,
  latency.lazyUserFlush,
  latency.hugePages,
  latency.latencyMonitor,
  latency.slowLogThreshold,
  latency.slowLogLength,
];

/** How redis.conf writes values. */
export const redisDialect: Dialect = {
  memory: (size: MemorySize) => size.toRedis(),
  duration: (span: Duration) => String(span.seconds),
  boolean: (value) => (value ? 'yes' : 'no'),
};

/** Every setting of Redis, from its container's limit and its clients. Throws NAUT_CACHE_TOO_SMALL. */
export const tuneRedis = (input: RedisInput): readonly Setting[] => selectors.map((select) => select(input));

/** redis.conf has a line for each. */
export const toRedisConfiguration = (settings: readonly Setting[]): string[] =>
  settings.map(({ name, value }) => `${name} ${print(value, redisDialect) || '""'}`);
