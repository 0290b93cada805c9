import { type CachePolicy, cachePolicy } from '@nautilus/config';
import { type Setting, selector } from '../../setting';
import type { RedisInput } from './input';

interface Asked {
  readonly variable: string;
  readonly value: number;
}

/** One figure of the platform's own policy: order and position system read it in their configuration and keep to it. */
const kept = (figure: keyof CachePolicy, asked: Asked | undefined, reason: string) =>
  selector(`redis.keep.${figure}`, (input: RedisInput) => {
    const value = cachePolicy(input)[figure];
    return {
      value,
      reason,
      source: 'measured: at most 829 bytes an order, 344 a position, 368 a trade',
      ...(asked &&
        asked.value !== value && {
          requirement: {
            value: `${asked.variable}=${asked.value}`,
            why: `as much of it as fits into the maxmemory of a container of ${input.limit}`,
          },
        }),
    };
  });

const figures = [
  kept(
    'orders',
    { variable: 'ORDER_CACHE_SIZE', value: 1_000_000 },
    'Redis has no such setting: when there are more, the platform takes out ended orders, the first that ended first, and never an open one',
  ),
  kept(
    'positions',
    { variable: 'POSITION_CACHE_SIZE', value: 500_000 },
    'when there are more, the platform takes out flat ones, the first that became flat first, and never an open one',
  ),
  kept('trades', undefined, 'the newest ones: a day at thousands a second would not fit in any container'),
  kept(
    'tradeSeconds',
    { variable: 'TRADE_CACHE_TTL', value: 86_400 },
    'the only records that Redis itself ends: so long after they happened, also when they were written later',
  ),
];

/** What the platform keeps in its cache, as settings of the engine that keeps to it. */
export const tuneCachePolicy = (input: RedisInput): readonly Setting[] => figures.map((select) => select(input));
