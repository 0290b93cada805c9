import { OrderType, Side, TimeInForce } from '../domain';

/** What the matching engine executes; the first two are those that the platform's API takes. */
export const MatchingOrderType = {
  ...OrderType,
  /** A market order from the moment when the market trades at its stop price or beyond. */
  stop: 2,
  /** A limit order from that moment. */
  stopLimit: 3,
} as const;

/** How long an order lives. `day` ends when the session closes. */
export const MatchingTimeInForce = {
  ...TimeInForce,
  /** Good till cancelled: outlives the session. */
  gtc: 4,
  /** Good till date: ends when `advanceTime` reaches its `expiry`. */
  gtd: 5,
} as const;

/** What happens when an order meets one of the same owner; the incoming order's choice counts. */
export const SelfTradePrevention = {
  /** They trade. */
  allow: 0,
  /** What is left of the incoming order is dropped. */
  cancelNewest: 1,
  /** The resting order is deleted, and the incoming one goes on. */
  cancelOldest: 2,
  cancelBoth: 3,
  /** Both lose the smaller of the two quantities, and the smaller one is gone. */
  decrementAndCancel: 4,
} as const;

/** What the market does with orders. */
export const Phase = {
  /** Orders trade as they come. */
  continuous: 0,
  /** Orders are collected, and trade at one price when the phase ends. */
  openingAuction: 1,
  /** As the opening auction. */
  closingAuction: 2,
  /** Nothing trades; new orders are refused or collected, as the engine's options say. Cancels are taken. */
  halted: 3,
  /** The session is over: day orders are gone, nothing is accepted but cancels. */
  closed: 4,
} as const;

/** What happens to a limit price that is outside the price bands on the side where it could trade. */
export const BandPolicy = {
  /** The order is refused, and resting ones are deleted when the bands move over them. */
  reject: 0,
  /** The order is priced back to the band: it trades up to there and rests there. */
  slide: 1,
} as const;

/** Why an order, or a part of it, is gone without a trade. */
export const EndReason = {
  none: 0,
  cancelled: 1,
  /** It came back with other terms: `replace`. */
  replaced: 2,
  /** Nothing left to trade with, and the order may not rest. */
  unfilled: 3,
  expired: 4,
  selfTrade: 5,
  /** Its price is outside the bands. */
  band: 6,
  /** A stop limit order was elected and there was no room for it in the book. */
  full: 7,
} as const;

/**
 * An order for `MatchingEngine.submit`. The engine reads it during the call and keeps no reference, so that a caller
 * fills in the same object again and again.
 */
export class NewOrder {
  /** 1 to 2^31 - 1; no live order may have it. */
  id = 0;
  side: number = Side.buy;
  /** `MatchingOrderType`. */
  type: number = OrderType.limit;
  /** Limit price of limit and stop limit orders, price units. */
  price = 0;
  /** Where a stop order is elected, price units. */
  stopPrice = 0;
  /** 1 to 2^31 - 1. */
  quantity = 0;
  /** Most that an iceberg order shows at a time; 0: everything is shown. */
  display = 0;
  /** `MatchingTimeInForce`. */
  timeInForce: number = TimeInForce.day;
  /** When a good-till-date order ends, in the time of `advanceTime`. */
  expiry: number = Number.MAX_SAFE_INTEGER;
  /** Whose order it is, 0 to 2^31 - 1. Orders of owner 0 are never taken for each other's. */
  owner = 0;
  /** `SelfTradePrevention`. */
  selfTrade: number = SelfTradePrevention.allow;
  /** Refused with `wouldTake` instead of trading at once. */
  postOnly = false;
}
