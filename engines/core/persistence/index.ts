/** Databases behind the path: a journal is followed into them in batches, exactly once, whenever they are there. */
export { type Migration, PostgresSink, type PostgresWriter } from './postgres-sink';
export { type RedisKeys, RedisSink, type RedisWriter } from './redis-sink';
export { type FollowedJournal, type Projection, type Sink, WriteBehind, type WriteBehindOptions } from './write-behind';
