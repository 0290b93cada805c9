export { MatchingEvents } from './events';
export { type DepthLevel, OrderBook, type OrderBookOptions, type OrderVisitor } from './order-book';
export { Reject, type RejectCode } from './reject';
export { StateHash } from './state-hash';
