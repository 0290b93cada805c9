import { cacheDatabases } from '@nautilus/config/catalog';
import type { RedisWriter } from '@nautilus/core/persistence';
import type { CachedOrder, CacheRows } from './cache-projection';

/** Everything that the order system has in the cache: progress stands beside the first. */
export const cacheKeys: RedisWriter<CacheRows>['keys'] = [
  { database: cacheDatabases.orders, prefix: 'orders' },
  { database: cacheDatabases.orders, prefix: 'order-ids' },
  { database: cacheDatabases.trades, prefix: 'trades' },
];

const orderKeys = ({ orderId, account, clientOrderId }: CachedOrder) => [
  `orders:${orderId}`,
  `order-ids:${account}:${clientOrderId}`,
];

const withoutUndefined = (record: object) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/**
 * Orders as hashes `orders:<number>` with `order-ids:<account>:<client order id>` to find them by, and fills as hashes
 * `trades:<number>` in a database of their own. Only a fill has an end: so many seconds after it happened.
 */
export const toRedis =
  (tradeSeconds: number, now: () => number = Date.now): RedisWriter<CacheRows>['write'] =>
  (transaction, { orders, executions, removedOrders, removedExecutions: [from, to] }) => {
    transaction.select(cacheDatabases.orders);
    // A hash has no lists: children name their parent, and orders of a group each other.
    for (const { algorithm, children, linked, held, ...order } of orders) {
      const [key, idKey] = orderKeys(order) as [string, string];
      const lists = { linked: linked?.join(','), held: held?.join(',') };
      transaction.hset(key, withoutUndefined({ ...order, ...lists, algorithm: algorithm?.kind }));
      transaction.set(idKey, order.orderId);
    }
    for (const order of removedOrders) transaction.unlink(...orderKeys(order));

    transaction.select(cacheDatabases.trades);
    for (const execution of executions) {
      const end = Date.parse(execution.at) + tradeSeconds * 1000;
      if (end <= now()) continue;
      const key = `trades:${execution.executionId}`;
      transaction.hset(key, withoutUndefined(execution));
      transaction.pexpireat(key, end);
    }
    for (let number = from; number < to; number++) transaction.unlink(`trades:${number}`);
  };
