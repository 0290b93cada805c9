import type { CacheRoom } from '@nautilus/config';

/** What the cache's settings are derived from: its container's limit and the connections of clients. */
export type RedisInput = CacheRoom;
