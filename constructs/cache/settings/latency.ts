import { selector } from '../../setting';
import type { RedisInput } from './input';

const freedBehind = (name: string, what: string) =>
  selector(name, (_: RedisInput) => ({
    value: true,
    reason: `${what}: the memory is given back by another thread, not between two answers`,
    source: 'Redis documentation, lazy freeing',
  }));

export const lazyExpire = freedBehind('lazyfree-lazy-expire', 'trades end by themselves after a day');
export const lazyServerDelete = freedBehind('lazyfree-lazy-server-del', 'a value that another one replaces');
export const lazyUserDelete = freedBehind('lazyfree-lazy-user-del', 'DEL does as UNLINK');
export const lazyUserFlush = freedBehind('lazyfree-lazy-user-flush', 'FLUSHALL of millions of orders');

export const hugePages = selector('disable-thp', (_: RedisInput) => ({
  value: true,
  reason: 'with huge pages one changed byte copies 2 MiB while a snapshot is written, and a fork stalls',
  source: 'Redis documentation, latency',
}));

export const latencyMonitor = selector('latency-monitor-threshold', (_: RedisInput) => ({
  value: 10,
  reason: 'milliseconds: what blocks for longer is kept and exported (fork, expiry, slow commands)',
  source: 'Redis documentation, latency monitoring',
}));

export const slowLogThreshold = selector('slowlog-log-slower-than', (_: RedisInput) => ({
  value: 10_000,
  reason: 'microseconds: a thousand times what a write of an order takes',
  source: 'Redis documentation, SLOWLOG',
}));

export const slowLogLength = selector('slowlog-max-len', (_: RedisInput) => ({
  value: 256,
  reason: 'bounded: it is kept in memory, arguments included',
  source: 'Redis documentation, SLOWLOG',
}));
