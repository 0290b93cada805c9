/**
 * Why a book refused a call; it is then exactly as it was before. Negative, so that a call can return either the
 * quantity that it filled or the reason why it did nothing.
 */
export const Reject = {
  /** No resting order has this id. */
  unknownOrder: -1,
  /** A resting order has this id already. */
  duplicateOrder: -2,
  /** Ids are integers from 1 to 2^31 - 1. */
  orderId: -3,
  /** Sides are `Side.buy` and `Side.sell`. */
  side: -4,
  /** Prices are 32-bit integers and multiples of the book's increment. */
  price: -5,
  /** Quantities are integers from 1 to 2^31 - 1. */
  quantity: -6,
  /** Every order slot is taken, and the order would have to rest. */
  full: -7,
  /** A post-only order that would trade at once. */
  wouldTake: -8,
  /** Times in force are those of `TimeInForce`. */
  timeInForce: -9,
  /** Types are those of `MatchingOrderType`. */
  orderType: -10,
  /** Owners are integers from 0 to 2^31 - 1. */
  owner: -11,
  /** Ways of preventing self-trades are those of `SelfTradePrevention`. */
  selfTrade: -12,
  /** A limit order that may rest displays 0 (everything), or at most its quantity and in no more parts than the engine allows. */
  display: -13,
  /** A good-till-date order ends at an integer later than the engine's time, at most 2^53 - 1. */
  expiry: -14,
  /** Stop prices are 32-bit integers and multiples of the engine's increment. */
  stopPrice: -15,
  /** The market has traded at the stop price, or beyond it, already. */
  wouldTrigger: -16,
  /** The phase takes no such order or change, or there is no such phase. */
  phase: -17,
  /** The price is outside the price bands. */
  band: -18,
  /** Stop orders, and market orders of an auction, cannot be replaced. */
  notReplaceable: -19,
} as const;
