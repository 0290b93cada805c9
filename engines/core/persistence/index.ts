/** Databases behind the path: a journal is followed into them in batches, exactly once, whenever they are there. */
export { type CopyBatch, CopyRows } from './copy-rows';
export type { Migration } from './postgres-schema';
export { PostgresSink, type PostgresWriter } from './postgres-sink';
export { type Table, type TableRows, TableWriter } from './postgres-tables';
export { type RedisKeys, RedisSink, type RedisWriter } from './redis-sink';
export { type FollowedJournal, type Projection, type Sink, WriteBehind, type WriteBehindOptions } from './write-behind';
