import type { Duration, MemorySize } from '@nautilus/config';
import { type Dialect, print, type Selector, type Setting } from '../../setting';
import * as connections from './connections';
import * as durability from './durability';
import type { RedisInput } from './input';
import * as memory from './memory';

export { openFiles, tcpBacklog } from './connections';
export type { RedisInput } from './input';

const selectors: readonly Selector<RedisInput>[] = [
  memory.maxMemory,
  memory.maxMemoryPolicy,
  memory.maxMemoryClients,
  connections.maxClients,
  connections.tcpBacklog,
  durability.appendOnly,
  durability.appendFsync,
  durability.save,
  durability.rewriteMinSize,
];

const dialect: Dialect = {
  memory: (size: MemorySize) => size.toRedis(),
  duration: (span: Duration) => String(span.seconds),
  boolean: (value) => (value ? 'yes' : 'no'),
};

/** Every setting of Redis, from its container's limit and its clients. */
export const tuneRedis = (input: RedisInput): readonly Setting[] => selectors.map((select) => select(input));

/** redis.conf has a line for each. */
export const toRedisConfiguration = (settings: readonly Setting[]): string[] =>
  settings.map(({ name, value }) => `${name} ${print(value, dialect) || '""'}`);
