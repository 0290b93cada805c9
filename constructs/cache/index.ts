export { OrderCache, type OrderCacheProps } from './order-cache';
export { redisWorstCase, tuneCachePolicy, tuneRedis } from './settings';
