export { OrderCache, type OrderCacheProps } from './order-cache';
export { type RedisInput, redisWorstCase, tuneCachePolicy, tuneRedis } from './settings';
