export { MatchingEvents } from './events';
export { type DepthLevel, OrderBook, type OrderBookOptions, type OrderVisitor } from './order-book';
export { Reject } from './reject';
export { StateHash } from './state-hash';
