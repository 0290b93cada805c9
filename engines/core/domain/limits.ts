/**
 * The pre-trade check: may this order go out? Pure, and allocates nothing: it stands on the order path.
 *
 * Products of prices and quantities are exact up to 2^53 price units (900 billion in currency).
 */
import { OrderType, Side } from './enums';
import type { ValuesOf } from './layout';
import type { AccountLimits, OrderEntry, Quote } from './messages';
import type { OrderRate } from './order-rate';
import { Rejection, type RejectionCode } from './rejections';

/** What is checked of an order; an `OrderEntry` view is one. `limitPrice` of a market or stop order is not read. */
export type OrderTerms = Pick<ValuesOf<typeof OrderEntry>, 'side' | 'type' | 'quantity' | 'limitPrice'> & {
  /** Of stop orders. */
  readonly stopPrice?: number;
};
export type LimitsRow = ValuesOf<typeof AccountLimits>;
export type BestPrices = Pick<ValuesOf<typeof Quote>, 'bid' | 'bidQuantity' | 'ask' | 'askQuantity' | 'last'>;

/** What an account already has, or may get, in the order's instrument. */
export interface Exposure {
  /** Signed. */
  readonly position: number;
  /** What is left of the account's open buy orders, this order not included. */
  readonly openBuys: number;
  readonly openSells: number;
}

const isStop = (type: number): boolean => type === OrderType.stop || type === OrderType.stopLimit;
/** It trades at whatever price there is. */
const isUnpriced = (type: number): boolean => type === OrderType.market || type === OrderType.stop;

/**
 * The price that an order is judged by: the opposite side's best, which it would trade at; of a stop order its stop price, where the
 * market will be by then. A limit order falls back to the last trade when that side is empty. 0 when there is none.
 */
export function referencePrice(order: OrderTerms, quote: BestPrices): number {
  if (isStop(order.type)) return order.stopPrice ?? 0;
  const buys = order.side === Side.buy;
  if ((buys ? quote.askQuantity : quote.bidQuantity) > 0) return buys ? quote.ask : quote.bid;
  return order.type === OrderType.limit ? quote.last : 0;
}

/**
 * What the order may cost at most, price units × shares: a limit buy trades at its limit or below, a limit sell at its
 * limit or above, so at the better of limit and market. A market or stop order is valued at the reference price; what it takes
 * deeper in the book costs more.
 */
export function worstNotional(order: OrderTerms, reference: number): number {
  if (isUnpriced(order.type)) return order.quantity * reference;
  const price = order.side === Side.sell && reference > order.limitPrice ? reference : order.limitPrice;
  return order.quantity * price;
}

/** The largest absolute position that the order could lead to if it and all open orders of its side were filled. */
export function worstPosition(order: OrderTerms, exposure: Exposure): number {
  return order.side === Side.buy
    ? exposure.position + exposure.openBuys + order.quantity
    : exposure.openSells + order.quantity - exposure.position;
}

/** The worst limit price that the collar lets through, in price units: the highest of a buy, the lowest of a sell. */
export function collarPrice(side: number, reference: number, basisPoints: number): number {
  return side === Side.buy
    ? Math.floor((reference * (10_000 + basisPoints)) / 10_000)
    : Math.ceil((reference * (10_000 - basisPoints)) / 10_000);
}

/** Whether a limit price is worse than the reference by more than the collar. */
function outsideCollar(order: OrderTerms, reference: number, basisPoints: number): boolean {
  if (isUnpriced(order.type)) return false;
  const worst = collarPrice(order.side, reference, basisPoints);
  return order.side === Side.buy ? order.limitPrice > worst : order.limitPrice < worst;
}

/**
 * Checks a well-formed order against its account's limits; the first limit that it breaks is the answer, in the order in
 * which they stand here. A value equal to its limit passes. What cannot be judged is refused: limits that are missing or
 * older than `staleAfterNs`, an order without a reference price.
 *
 * An order that shrinks a position passes the position limit even when the position is past it. Cancels are not checked.
 * The caller records an accepted order in `rate`: refused orders do not use it up.
 *
 * @param nowNs the machine's monotonic clock
 */
export function checkLimits(
  order: OrderTerms,
  limits: LimitsRow,
  quote: BestPrices,
  exposure: Exposure,
  rate: OrderRate,
  nowNs: number,
  staleAfterNs: number,
): RejectionCode {
  if (limits.defined !== 1) return Rejection.limitsUndefined;
  if (Math.abs(nowNs - limits.writtenAt) > staleAfterNs) return Rejection.limitsStale;
  if (limits.killSwitch !== 0) return Rejection.killSwitch;
  if (order.quantity > limits.maxOrderQuantity) return Rejection.maxOrderQuantity;
  const reference = referencePrice(order, quote);
  if (reference <= 0) return Rejection.noMarket;
  if (worstNotional(order, reference) > limits.maxOrderNotional) return Rejection.maxOrderNotional;
  if (worstPosition(order, exposure) > limits.maxPosition) return Rejection.maxPosition;
  if (outsideCollar(order, reference, limits.collarBasisPoints)) return Rejection.priceCollar;
  if (!rate.allows(nowNs, limits.maxOrdersPerSecond)) return Rejection.orderRate;
  return Rejection.none;
}
