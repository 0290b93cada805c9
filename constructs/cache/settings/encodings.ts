import { selector } from '../../setting';
import type { RedisInput } from './input';

export const hashMaxListpackEntries = selector('hash-max-listpack-entries', (_: RedisInput) => ({
  value: 1000,
  reason: 'an order has 16 fields and stays one compact block, as would a record with many times as many',
  source: 'the requirements; Redis documentation, memory optimization',
  requirement: {
    value: 'hash-max-ziplist-entries 1000',
    why: 'the same setting under the name that it has since Redis 7; the old one is an alias',
  },
}));

export const hashMaxListpackValue = selector('hash-max-listpack-value', (_: RedisInput) => ({
  value: 128,
  reason:
    'one value past it turns the whole order into a hash table of three times the size: client order ids may have 64 bytes and more',
  source: 'Redis documentation, memory optimization',
}));
