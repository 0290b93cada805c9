export { OrderCache, type OrderCacheProps } from './order-cache';
export { cacheSecret } from './secrets';
export { type RedisInput, tuneRedis } from './settings';
