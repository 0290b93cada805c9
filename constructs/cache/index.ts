export { OrderCache, type OrderCacheProps } from './order-cache';
export { type RedisInput, redisWorstCase, tuneRedis } from './settings';
