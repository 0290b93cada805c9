import type { Journal } from '@nautilus/core/journal';
import type { EngineIo } from '@nautilus/core/kernel';
import { PostgresSink, RedisSink, WriteBehind } from '@nautilus/core/persistence';
import type { Directory } from '../directory';
import { cacheKeys, toRedis } from './cache-keys';
import { CacheProjection } from './cache-projection';
import { expire, migrations } from './migrations';
import { OrderTables } from './order-tables';

/** What follows the journal up into the databases that are configured, each at its own pace. */
export function followers(
  { postgres, redis, log, metrics }: Pick<EngineIo, 'postgres' | 'redis' | 'log' | 'metrics'>,
  journal: Journal,
  directory: Directory,
  identity: number,
): readonly Pick<WriteBehind<unknown>, 'start' | 'stop'>[] {
  const name = `oms-${identity}`;
  const followed = { journal, log, metrics };
  const followers: Pick<WriteBehind<unknown>, 'start' | 'stop'>[] = [];
  if (postgres) {
    const sink = new PostgresSink({ access: postgres, owner: 'oms', journal: name, migrations, expire });
    followers.push(new WriteBehind({ ...followed, projection: () => new OrderTables(name, directory), sink }));
  }
  if (redis) {
    const { orders, trades, tradeSeconds } = redis.keep;
    const sink = new RedisSink({
      access: redis,
      keys: cacheKeys,
      // Other bounds make another cache: it is filled anew.
      journal: `${name}/${orders}/${trades}/${tradeSeconds}`,
      write: toRedis(tradeSeconds),
    });
    const projection = () => new CacheProjection(directory, redis.keep);
    followers.push(new WriteBehind({ ...followed, projection, sink, batchRecords: 500 }));
  }
  return followers;
}
