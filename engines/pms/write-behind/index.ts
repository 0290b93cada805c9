import type { Journal } from '@nautilus/core/journal';
import type { EngineIo } from '@nautilus/core/kernel';
import { PostgresSink, RedisSink, WriteBehind } from '@nautilus/core/persistence';
import { BookTables } from './book-tables';
import { migrations } from './migrations';
import { PositionCache, positionKeys, toRedis } from './position-cache';

/** Followers of the books' journal into the databases that are configured, each at its own pace. */
export function writeBehind(
  { postgres, redis, log, metrics }: Pick<EngineIo, 'postgres' | 'redis' | 'log' | 'metrics'>,
  journal: Journal,
): Pick<WriteBehind<unknown>, 'start' | 'stop'>[] {
  const name = `pms-${journal.identity}`;
  const followed = { journal, log, metrics };
  const followers: Pick<WriteBehind<unknown>, 'start' | 'stop'>[] = [];
  if (postgres) {
    const sink = new PostgresSink({ access: postgres, owner: 'pms', journal: name, migrations });
    followers.push(new WriteBehind({ ...followed, projection: () => new BookTables(name), sink }));
  }
  if (redis) {
    const { positions } = redis.keep;
    // Another bound makes another cache: it is filled anew.
    const sink = new RedisSink({
      access: redis,
      keys: positionKeys,
      journal: `${name}/${positions}`,
      write: toRedis,
    });
    const projection = () => new PositionCache(positions);
    followers.push(new WriteBehind({ ...followed, projection, sink, batchRecords: 500 }));
  }
  return followers;
}
