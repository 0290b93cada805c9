import { Side } from '../domain';
import { MatchingOrderType, MatchingTimeInForce, type NewOrder, SelfTradePrevention } from './order';
import { Reject } from './reject';

const isInteger32 = (value: number): boolean => (value | 0) === value;

/** Must the order trade at once or not at all? */
export function isImmediate(order: NewOrder): boolean {
  return order.timeInForce === MatchingTimeInForce.ioc || order.timeInForce === MatchingTimeInForce.fok;
}

/** May the order only rest? Two spellings: the flag, and the time in force that the plain book knows. */
export function isPostOnly(order: NewOrder): boolean {
  return order.postOnly || order.timeInForce === MatchingTimeInForce.postOnly;
}

function timeInForceFits(order: NewOrder): boolean {
  const { timeInForce } = order;
  if (!isInteger32(timeInForce) || timeInForce < MatchingTimeInForce.day || timeInForce > MatchingTimeInForce.gtd)
    return false;
  const lasting = timeInForce === MatchingTimeInForce.gtc || timeInForce === MatchingTimeInForce.gtd;
  if (order.type === MatchingOrderType.limit) return !(order.postOnly && isImmediate(order));
  if (isPostOnly(order)) return false;
  return order.type === MatchingOrderType.market ? !lasting : !isImmediate(order);
}

function displayFits(order: NewOrder, parts: number): boolean {
  const { display, quantity } = order;
  if (display === 0) return true;
  if (!isInteger32(display) || display < 1 || display > quantity) return false;
  return order.type === MatchingOrderType.limit && !isImmediate(order) && quantity <= display * parts;
}

/** Who sends what: the part of an order that is checked before the phase is looked at. 0 or a `Reject`. */
export function refuseOrder(order: NewOrder): number {
  const { id, side, quantity, owner, selfTrade, type } = order;
  if (!isInteger32(id) || id < 1) return Reject.orderId;
  if (side !== Side.buy && side !== Side.sell) return Reject.side;
  if (!isInteger32(quantity) || quantity < 1) return Reject.quantity;
  if (!isInteger32(owner) || owner < 0) return Reject.owner;
  if (!isInteger32(selfTrade) || selfTrade < 0 || selfTrade > SelfTradePrevention.decrementAndCancel)
    return Reject.selfTrade;
  if (!isInteger32(type) || type < 0 || type > MatchingOrderType.stopLimit) return Reject.orderType;
  return 0;
}

/**
 * How the order is to be executed: time in force, expiry and display. 0 or a `Reject`.
 * @param now the engine's time
 * @param parts most parts in which an iceberg order may show itself
 */
export function refuseTerms(order: NewOrder, now: number, parts: number): number {
  if (!timeInForceFits(order)) return Reject.timeInForce;
  if (order.timeInForce === MatchingTimeInForce.gtd && !(Number.isSafeInteger(order.expiry) && order.expiry > now))
    return Reject.expiry;
  return displayFits(order, parts) ? 0 : Reject.display;
}
