export { EngineEvent } from './engine-events';
export { SnapshotError } from './engine-image';
export { MatchingEngine, type MatchingEngineOptions } from './matching-engine';
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
export { StateHash } from './state-hash';
