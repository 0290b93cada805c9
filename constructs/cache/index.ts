export { OrderCache, type OrderCacheProps } from './order-cache';
export { type RedisInput, tuneRedis } from './settings';
