/**
 * The messages between engines. Units, everywhere:
 *
 * - `price` fields: integer price units of 1e-4 of the instrument's currency (585.94 is 5859400), as in ITCH and LOBSTER
 * - `quantity` fields: integer shares or contracts
 * - `timeNs`: the market's clock, nanoseconds after midnight of the session's day, which a replay drives
 * - `...At`: the machine's monotonic clock in nanoseconds (`monotonicNs()`), comparable between processes of one host
 * - `sequence`: 1, 2, 3 … for one writer, never reused, kept across a restart of it
 * - `instrument`, `account`: the numbers of the instrument and account in the configuration
 * - `venue`: place of the venue in `trading.venues`, from 0
 * - `strategy`: number that the client gave its strategy, 0 for none
 * - `fee`: 1e-4 of the instrument's currency; negative is a rebate
 */
import { defineLayout } from './layout';

/** One event of a venue's market-by-order feed. */
export const BookEvent = defineLayout('BookEvent', {
  sequence: 'f64',
  timeNs: 'f64',
  publishedAt: 'f64',
  /** Events that the feeds have given so far, this one included: the place in the session, whatever was said of time in between. */
  step: 'f64',
  orderId: 'f64',
  instrument: 'i32',
  price: 'i32',
  quantity: 'i32',
  /** BookEventKind */
  kind: 'u8',
  /** Side of the resting order. */
  side: 'u8',
  venue: 'u8',
});

/** A trade on a venue. */
export const Trade = defineLayout('Trade', {
  sequence: 'f64',
  timeNs: 'f64',
  publishedAt: 'f64',
  instrument: 'i32',
  price: 'i32',
  quantity: 'i32',
  /** Side of the order that took liquidity. */
  aggressor: 'u8',
  /** 1 when the resting order was not displayed. */
  hidden: 'u8',
  venue: 'u8',
});

/** A finished bar. */
export const Bar = defineLayout('Bar', {
  sequence: 'f64',
  /** Start of the interval of a time bar, of others time of the first trade. */
  timeNs: 'f64',
  /** Sum of price × quantity, price units × shares. */
  notional: 'f64',
  volume: 'f64',
  instrument: 'i32',
  /** Seconds, trades, shares or units of the currency. */
  size: 'i32',
  open: 'i32',
  high: 'i32',
  low: 'i32',
  close: 'i32',
  trades: 'i32',
  /** BarKind */
  kind: 'u8',
});

/** Row of the quotes table: the best bid and ask; a side without orders has quantity 0. */
export const Quote = defineLayout('Quote', {
  timeNs: 'f64',
  publishedAt: 'f64',
  eventSequence: 'f64',
  bid: 'i32',
  bidQuantity: 'i32',
  ask: 'i32',
  askQuantity: 'i32',
  /** Price of the last trade, 0 before the first. */
  last: 'i32',
});

/** The one row of the clock table. Market time goes on while no quote changes, and after the last event of the day. */
export const MarketTime = defineLayout('MarketTime', {
  timeNs: 'f64',
});

/** Row of the limits table, one an account: what the risk engine allows. */
export const AccountLimits = defineLayout('AccountLimits', {
  /** Price units × shares. */
  maxOrderNotional: 'f64',
  /** Monotonic time at which the risk engine last wrote: a reader refuses to trade on a stale table. */
  writtenAt: 'f64',
  maxOrderQuantity: 'i32',
  /** Largest absolute position that fills of all open orders could lead to, per instrument. */
  maxPosition: 'i32',
  /** A limit price may be worse than the opposite best price by this much at most. */
  collarBasisPoints: 'i32',
  maxOrdersPerSecond: 'i32',
  /** 1: every new order is refused. */
  killSwitch: 'u8',
  /** 1: the row describes an account. */
  defined: 'u8',
});

/** An order, or a change to one, as a client enters it over shared memory. */
export const OrderEntry = defineLayout('OrderEntry', {
  sequence: 'f64',
  sentAt: 'f64',
  /** Chosen by the client, unique per account for the life of the journal; positive. */
  clientOrderId: 'f64',
  startNs: 'f64',
  endNs: 'f64',
  /** Orders of one account that depend on each other carry one positive number, chosen by the client; 0: none. */
  group: 'f64',
  /** `clientOrderId` of the care order that this one is a child of; 0: none. */
  parent: 'f64',
  /** Of implementation shortfall: λ of Almgren and Chriss, per unit of currency. */
  riskAversion: 'f64',
  account: 'i32',
  instrument: 'i32',
  quantity: 'i32',
  limitPrice: 'i32',
  /** Of stop orders: the last trade that releases them; 0 for others. */
  stopPrice: 'i32',
  /** Most that is shown at a venue at a time; 0: all. */
  displayQuantity: 'i32',
  /** Of the market's volume, in basis points: the rate of `pov`, the most of other algorithms (0: unbounded). */
  participation: 'i32',
  slices: 'i32',
  strategy: 'i32',
  /** Of the client; orders of a session that ends can be cancelled with it. 0: none. */
  session: 'i32',
  /** Of a logon: the session ends when nothing of it is heard for so long; 0: it may be silent. */
  heartbeatMs: 'i32',
  /** CommandKind */
  kind: 'u8',
  side: 'u8',
  type: 'u8',
  timeInForce: 'u8',
  algorithm: 'u8',
  /** Contingency */
  contingency: 'u8',
  /** Of a logon: 1 cancels the session's day orders when it ends. */
  cancelOnDisconnect: 'u8',
});

/**
 * Drop copy: an order after a change of it. What is missed can be asked for: the newest update of an order says all about it.
 */
export const OrderUpdate = defineLayout('OrderUpdate', {
  sequence: 'f64',
  sentAt: 'f64',
  /** Wall clock of the change, milliseconds since 1970. */
  at: 'f64',
  orderId: 'f64',
  /** 0 of an order that came over HTTP, whose id is a text. */
  clientOrderId: 'f64',
  /** As the order system numbers it: an order number, or 0. */
  parent: 'f64',
  group: 'f64',
  /** Sum of price × quantity over the fills. */
  notional: 'f64',
  /** Of a fill: number of the execution; 0 of another change, and of a care order whose child has traded. */
  executionId: 'f64',
  account: 'i32',
  instrument: 'i32',
  quantity: 'i32',
  filled: 'i32',
  limitPrice: 'i32',
  stopPrice: 'i32',
  lastPrice: 'i32',
  lastQuantity: 'i32',
  reason: 'i32',
  strategy: 'i32',
  session: 'i32',
  /** OrderEvent and OrderStatus of the order system's life cycle. */
  event: 'u8',
  status: 'u8',
  side: 'u8',
  type: 'u8',
  timeInForce: 'u8',
  algorithm: 'u8',
  contingency: 'u8',
  venue: 'u8',
});

/** The order system's answer to an OrderEntry. */
export const OrderAck = defineLayout('OrderAck', {
  sequence: 'f64',
  sentAt: 'f64',
  clientOrderId: 'f64',
  orderId: 'f64',
  account: 'i32',
  /** Numeric reason, see `rejections`; 0 when accepted. */
  reason: 'i32',
  /** AckKind */
  kind: 'u8',
});

/**
 * What the order system asks of the execution system. `quantity` is what is left to do once `filled` was counted: the
 * order's total is their sum, so a fill that crosses a replace on its way cannot make the order larger.
 */
export const OrderCommand = defineLayout('OrderCommand', {
  sequence: 'f64',
  sentAt: 'f64',
  timeNs: 'f64',
  /**
   * Session of the execution system that the sender had heard of (ExecutionReport.epoch), 0 before the first. What was meant
   * for an earlier session is dropped: the order system repeats all that matters when it hears of the new one.
   */
  epoch: 'f64',
  orderId: 'f64',
  startNs: 'f64',
  endNs: 'f64',
  riskAversion: 'f64',
  account: 'i32',
  instrument: 'i32',
  quantity: 'i32',
  /** Executions of this order that the sender had counted when it sent the command. */
  filled: 'i32',
  limitPrice: 'i32',
  displayQuantity: 'i32',
  participation: 'i32',
  slices: 'i32',
  kind: 'u8',
  side: 'u8',
  type: 'u8',
  timeInForce: 'u8',
  algorithm: 'u8',
});

/** What the execution system reports about an order. (epoch, sequence) identifies a report. */
export const ExecutionReport = defineLayout('ExecutionReport', {
  sequence: 'f64',
  /** Grows by one whenever the execution system starts. */
  epoch: 'f64',
  sentAt: 'f64',
  timeNs: 'f64',
  orderId: 'f64',
  /** The venue order that traded. */
  childId: 'f64',
  /** Of a fill. */
  fee: 'f64',
  instrument: 'i32',
  price: 'i32',
  quantity: 'i32',
  /**
   * Of a fill that a session before may have told: shares of its child that were filled with it, so that it is counted once.
   * 0: it is told for the first time.
   */
  cumulative: 'i32',
  reason: 'i32',
  /** ReportKind */
  kind: 'u8',
  side: 'u8',
  /** 1 when our order was resting. */
  maker: 'u8',
  venue: 'u8',
});

/** A fill that the order system has journaled: what positions and cash are made from. */
export const Execution = defineLayout('Execution', {
  sequence: 'f64',
  sentAt: 'f64',
  timeNs: 'f64',
  orderId: 'f64',
  childId: 'f64',
  fee: 'f64',
  account: 'i32',
  instrument: 'i32',
  price: 'i32',
  quantity: 'i32',
  strategy: 'i32',
  side: 'u8',
  maker: 'u8',
  venue: 'u8',
});

/**
 * A corporate action that has become effective: what whoever holds open orders in the instrument, or its history, adjusts them by.
 * Said once; sequence numbers count effective actions.
 */
export const CorporateAction = defineLayout('CorporateAction', {
  sequence: 'f64',
  sentAt: 'f64',
  /** Cash for each old share, 1e-8 of the currency. */
  amount: 'f64',
  instrument: 'i32',
  /** Instrument of the new shares; -1: cash only, or none. Of a split the same one. */
  into: 'i32',
  /** `over` new shares for each `under` old ones; besides them where they stay (spin-off). */
  over: 'i32',
  under: 'i32',
  /** Ex date, 2012-06-21 as 20120621. */
  exDay: 'i32',
  /** CorporateActionKind */
  kind: 'u8',
});
