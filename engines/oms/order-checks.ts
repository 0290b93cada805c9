/** May this order, or change to one, go out? Answers with a rejection code and never allocates. */
import {
  type AccountLimits,
  Algorithm,
  type BestPrices,
  CommandKind,
  checkLimits,
  collarPrice,
  OrderRate,
  OrderType,
  Rejection,
  referencePrice,
  Side,
  TimeInForce,
  type ValuesOf,
  worstNotional,
  worstPosition,
} from '@nautilus/core/domain';
import type { Directory } from './directory';
import { IMPOSSIBLE, isLive, OrderEvent, transition } from './life-cycle';
import type { OrderState } from './order-state';
import { rowOf } from './order-store';
import type { JournalRecord } from './records';

type Limits = ValuesOf<typeof AccountLimits>;

/** What is needed of a `TableReader`. */
interface Rows<V> {
  read(row: number): V;
}

type Terms = JournalRecord['order'];

const MAX_INT32 = 0x7fffffff;
const DAY_NS = 86_400e9;
const isQuantity = (quantity: number) => quantity >= 1 && quantity <= MAX_INT32;
/** Whole nanoseconds of at most a day: what a session can have, and a database's integer holds. */
const isDayTime = (ns: number) => Number.isInteger(ns) && ns >= 0 && ns <= DAY_NS;

/** The limits that stand on the path, from the risk engine's table, the venue's quotes and the state's own exposure. */
export class OrderChecks<L extends Limits, Q extends BestPrices & { timeNs: number }> {
  private readonly rates: OrderRate[] = [];
  private readonly exposure = { position: 0, openBuys: 0, openSells: 0 };
  /** Of an order that takes another's place: what is checked. */
  private readonly terms = { side: 0, type: 0, quantity: 0, limitPrice: 0 };

  constructor(
    private readonly directory: Directory,
    private readonly state: OrderState,
    private readonly limitsTable: Rows<L>,
    private readonly quotesTable: Rows<Q>,
    private readonly staleAfterNs: number,
  ) {
    for (const account of directory.accounts) this.rates[account] = new OrderRate();
  }

  /** The market's time as the instrument's last quote has it; 0 before the first. */
  marketTimeNs(instrument: number): number {
    return this.quotesTable.read(instrument).timeNs;
  }

  /** Checks a new order; on refusal `value` and `allowed` say by what. An accepted one counts for the order rate. */
  submit(order: Terms, nowNs: number): number {
    const reason = this.malformed(order) || this.schedule(order);
    if (reason !== Rejection.none) return reason;
    this.loadExposure(order.account, order.instrument);
    return this.withinLimits(order, order, nowNs);
  }

  /** Checks a cancel or a replace of the order at `index` (-1: there is none). */
  change(change: Terms, index: number, nowNs: number): number {
    if (index < 0) return Rejection.unknownOrder;
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const filled = chunk.filled[row] as number;
    change.orderId = index + 1;
    if (!isLive(status)) return Rejection.orderNotLive;
    const replace = change.command === CommandKind.replace;
    const event = replace ? OrderEvent.replaceRequested : OrderEvent.cancelRequested;
    if (transition(status, event, filled) === IMPOSSIBLE) return Rejection.changePending;
    if (!replace) return Rejection.none;
    return this.replace(change, index, nowNs);
  }

  private replace(change: Terms, index: number, nowNs: number): number {
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const filled = chunk.filled[row] as number;
    const { terms, exposure } = this;
    terms.side = chunk.side[row] as number;
    terms.type = chunk.type[row] as number;
    if (!isQuantity(change.quantity)) return refused(change, Rejection.badQuantity, change.quantity, MAX_INT32);
    if (change.quantity <= filled) return refused(change, Rejection.alreadyFilled, change.quantity, filled + 1);
    if (this.badPrice(terms.type, change.limitPrice, change.instrument))
      return refused(change, Rejection.badPrice, change.limitPrice, this.tickSize(change.instrument));
    terms.quantity = change.quantity - filled;
    terms.limitPrice = change.limitPrice;
    this.loadExposure(change.account, change.instrument);
    const reserved = chunk.reserved[row] as number;
    if (terms.side === Side.buy) exposure.openBuys -= reserved;
    else exposure.openSells -= reserved;
    return this.withinLimits(change, terms, nowNs);
  }

  private malformed(order: Terms): number {
    const { account, instrument, quantity, side, type, timeInForce } = order;
    if (this.directory.knownAccounts[account] !== 1) return refused(order, Rejection.unknownAccount, account, 0);
    if (this.tickSize(instrument) === 0) return refused(order, Rejection.unknownInstrument, instrument, 0);
    if (!isQuantity(quantity)) return refused(order, Rejection.badQuantity, quantity, MAX_INT32);
    if (side > Side.sell) return refused(order, Rejection.badSide, side, Side.sell);
    if (type > OrderType.market) return refused(order, Rejection.badOrderType, type, OrderType.market);
    if (timeInForce > TimeInForce.postOnly || (timeInForce === TimeInForce.postOnly && type === OrderType.market))
      return refused(order, Rejection.badTimeInForce, timeInForce, TimeInForce.postOnly);
    if (this.badPrice(type, order.limitPrice, instrument))
      return refused(order, Rejection.badPrice, order.limitPrice, this.tickSize(instrument));
    return Rejection.none;
  }

  /** An algorithm works a day order over at most a day in slices of at least one share; without one there is no schedule. */
  private schedule(order: Terms): number {
    const { algorithm, slices, startNs, endNs, quantity } = order;
    if (algorithm === Algorithm.none)
      return slices === 0 ? Rejection.none : refused(order, Rejection.badAlgorithm, slices, 0);
    if (algorithm !== Algorithm.twap) return refused(order, Rejection.badAlgorithm, algorithm, Algorithm.twap);
    if (order.timeInForce !== TimeInForce.day)
      return refused(order, Rejection.badTimeInForce, order.timeInForce, TimeInForce.day);
    if (slices < 1 || slices > quantity) return refused(order, Rejection.badAlgorithm, slices, quantity);
    if (!isDayTime(startNs) || !(endNs > startNs) || !isDayTime(endNs - startNs))
      return refused(order, Rejection.badAlgorithm, endNs, startNs);
    return Rejection.none;
  }

  private tickSize(instrument: number): number {
    return this.directory.tickSizes[instrument] ?? 0;
  }

  /** The nearest price on the tick that is no worse for `side`. */
  private onTick(side: number, instrument: number, price: number): number {
    const beyond = price % this.tickSize(instrument);
    return side === Side.buy || beyond === 0 ? price - beyond : price - beyond + this.tickSize(instrument);
  }

  /** A market order has no price; a limit price is positive and on the tick. */
  private badPrice(type: number, price: number, instrument: number): boolean {
    if (type === OrderType.market) return price !== 0;
    return price <= 0 || price % this.tickSize(instrument) !== 0;
  }

  private loadExposure(account: number, instrument: number): void {
    const { exposure } = this.state;
    this.exposure.position = exposure.position(account, instrument);
    this.exposure.openBuys = exposure.open(account, instrument, Side.buy);
    this.exposure.openSells = exposure.open(account, instrument, Side.sell);
  }

  private withinLimits(order: Terms, terms: Terms | typeof this.terms, nowNs: number): number {
    const rate = this.rates[order.account] as OrderRate;
    const limits = this.limitsTable.read(order.account);
    const quote = this.quotesTable.read(order.instrument);
    const reason = checkLimits(terms, limits, quote, this.exposure, rate, nowNs, this.staleAfterNs);
    if (reason === Rejection.none) rate.record(nowNs);
    else this.explain(order, terms, limits, quote, reason, nowNs);
    return reason;
  }

  /** Keeps the numbers that a limit compared. */
  private explain(
    order: Terms,
    terms: Terms | typeof this.terms,
    limits: Limits,
    quote: BestPrices,
    reason: number,
    nowNs: number,
  ): void {
    const { exposure } = this;
    const reference = referencePrice(terms, quote);
    switch (reason) {
      case Rejection.limitsStale:
        refused(order, reason, (nowNs - limits.writtenAt) / 1e6, this.staleAfterNs / 1e6);
        break;
      case Rejection.maxOrderQuantity:
        refused(order, reason, terms.quantity, limits.maxOrderQuantity);
        break;
      case Rejection.maxOrderNotional:
        refused(order, reason, worstNotional(terms, reference), limits.maxOrderNotional);
        break;
      case Rejection.maxPosition:
        refused(order, reason, worstPosition(terms, exposure), limits.maxPosition);
        break;
      case Rejection.priceCollar:
        refused(
          order,
          reason,
          terms.limitPrice,
          this.onTick(terms.side, order.instrument, collarPrice(terms.side, reference, limits.collarBasisPoints)),
        );
        break;
      case Rejection.orderRate:
        refused(order, reason, limits.maxOrdersPerSecond + 1, limits.maxOrdersPerSecond);
        break;
    }
  }
}

/** Notes what was met and what is allowed; gives the reason back. */
function refused(order: Terms, reason: number, value: number, allowed: number): number {
  order.value = value;
  order.allowed = allowed;
  return reason;
}
