import { type CodeOf, codec } from './enums';

/**
 * Why an order, or a change to one, was refused. The numbers stand in journals and messages, the names in APIs: neither
 * ever changes. 1 to 31: the request itself; 32 to 63: a limit; 64 and up: further down the path.
 */
export const Rejection = {
  /** Not refused. */
  none: 0,

  unknownInstrument: 1,
  unknownAccount: 2,
  /** Not an integer from 1 to 2^31 - 1. */
  badQuantity: 3,
  /** Not positive, not a multiple of the tick size, or missing on a limit order. */
  badPrice: 4,
  badSide: 5,
  badOrderType: 6,
  /** Unknown, or makes no sense with the order's type: a market order cannot be post-only. */
  badTimeInForce: 7,
  /** Unknown, or with a schedule that cannot be followed. */
  badAlgorithm: 8,
  badClientOrderId: 9,
  /** The account used this client order id before, for a different order. */
  duplicateClientOrderId: 10,
  /** No price to judge the order by: the opposite side is empty and, for a limit order, nothing has traded yet. */
  noMarket: 11,
  /** Cancel or replace of an order that was never entered. */
  unknownOrder: 12,
  /** Cancel or replace of an order that is filled, cancelled or rejected. */
  orderNotLive: 13,
  /** Replace to a quantity that is filled already. */
  alreadyFilled: 14,
  /** Neither submit, cancel nor replace. */
  badCommand: 15,
  /** A cancel or replace of the order is under way already. */
  changePending: 16,
  /** Not positive, off the tick, missing on a stop order, or given for another. */
  badStopPrice: 17,
  /** The group does not have what the order depends on, or cannot take it. */
  badGroup: 18,
  /** Another order of its group was refused. */
  groupRefused: 19,
  /** No live care order of the account takes the child: another instrument or side, a worse price, more than it has left. */
  badParent: 20,
  /** The session is not logged on, or was logged on before. */
  badSession: 21,

  /** The risk engine has set no limits for the account. */
  limitsUndefined: 32,
  /** The risk engine has not confirmed the limits lately. */
  limitsStale: 33,
  killSwitch: 34,
  maxOrderQuantity: 35,
  maxOrderNotional: 36,
  maxPosition: 37,
  priceCollar: 38,
  orderRate: 39,

  /** A post-only order would have traded at once. */
  wouldTake: 64,
  venueRejected: 65,
  /** No room for another order. */
  capacity: 66,
  /** The next engine does not keep up. */
  backPressure: 67,
  /** The venue has halted trading. */
  halted: 68,
  /** All or nothing, and not all of it was there. */
  notFillable: 69,
  /** Nobody was left on the other side within the limit. */
  noLiquidity: 70,
  /** The algorithm's time is over. */
  endOfSchedule: 71,
  /** The order system cannot write its journal (full disk): nothing is accepted until it can. */
  journalUnavailable: 72,
  /** The order that it waited for has ended. */
  primaryEnded: 73,
  /** Another order of its group has traded in its place. */
  filledByOther: 74,
  /** The care order that it belonged to was cancelled. */
  parentCancelled: 75,
  /** Its client's session has ended. */
  sessionEnded: 76,
  /** A cancel of all orders. */
  bulkCancel: 77,
  /** A corporate action of its instrument took effect. */
  corporateAction: 78,

  /** The venue did not answer in time; what became of the order had to be asked. */
  venueSilent: 96,
  /** The algorithm needs a model of the instrument's market impact, and there is none. */
  noImpactModel: 97,
} as const;

export type RejectionCode = CodeOf<typeof Rejection>;

/** Name of a code and code of a name: `rejections.name(35)` is `maxOrderQuantity`. */
export const rejections = codec(Rejection);
