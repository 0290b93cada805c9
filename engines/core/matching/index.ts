export type { Equilibrium } from './auction';
export { EngineEvent, EngineEvents } from './engine-events';
export { SnapshotError, type SnapshotErrorCode } from './engine-image';
export { MatchingEvents } from './events';
export { type BookView, MatchingEngine, type MatchingEngineOptions } from './matching-engine';
export {
  BandPolicy,
  EndReason,
  MatchingOrderType,
  MatchingTimeInForce,
  NewOrder,
  Phase,
  SelfTradePrevention,
} from './order';
export { OrderBook } from './order-book';
export { Reject } from './reject';
export type { DepthLevel, OrderBookOptions, OrderVisitor } from './resting-orders';
export { StateHash } from './state-hash';
