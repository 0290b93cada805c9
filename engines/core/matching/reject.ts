/**
 * Why the book refused a call; it is then exactly as it was before. Negative, so that a call can return either the
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
} as const;
