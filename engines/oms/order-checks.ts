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
import { IMPOSSIBLE, isLive, OrderEvent, OrderStatus, transition } from './life-cycle';
import { LinkChecks } from './link-checks';
import { ListCheck } from './list-check';
import { isStop } from './order-moves';
import type { OrderState } from './order-state';
import { Hold, rowOf } from './order-store';
import type { JournalRecord } from './records';
import { checkSchedule, refused } from './schedule-checks';

type Limits = ValuesOf<typeof AccountLimits>;

/** What is needed of a `TableReader`. */
interface Rows<V> {
  read(row: number): V;
}

type Terms = JournalRecord['order'];

const MAX_INT32 = 0x7fffffff;
const isQuantity = (quantity: number) => quantity >= 1 && quantity <= MAX_INT32;

/** The limits that stand on the path, from the risk engine's table, the venue's quotes and the state's own exposure. */
export class OrderChecks<L extends Limits, Q extends BestPrices> {
  private readonly rates: OrderRate[] = [];
  private readonly exposure = { position: 0, openBuys: 0, openSells: 0 };
  /** Of an order that takes another's place: what is checked. */
  private readonly terms = { side: 0, type: 0, quantity: 0, limitPrice: 0, stopPrice: 0 };
  private readonly links: LinkChecks;

  constructor(
    private readonly directory: Directory,
    private readonly state: OrderState,
    private readonly limitsTable: Rows<L>,
    private readonly quotesTable: Rows<Q>,
    private readonly clockTable: Rows<{ timeNs: number }>,
    private readonly staleAfterNs: number,
  ) {
    this.links = new LinkChecks(state);
    for (const account of directory.accounts) this.rates[account] = new OrderRate();
  }

  /** The market's time; 0 before its first event. */
  marketTimeNs(): number {
    return this.clockTable.read(0).timeNs;
  }

  /** Checks a new order; on refusal `value` and `allowed` say by what. An accepted one counts for the order rate. */
  submit(order: Terms, nowNs: number): number {
    const reason = this.malformed(order) || this.schedule(order) || this.links.submit(order);
    if (reason !== Rejection.none) return reason;
    this.loadExposure(order.account, order.instrument);
    this.take(order.side, this.links.covered(order));
    return this.withinLimits(order, order, nowNs);
  }

  /** Begins the check of a list. */
  list(): ListCheck {
    return new ListCheck(this.state);
  }

  /** Checks a new order of a list, beside those of it that have passed. */
  submitListed(order: Terms, list: ListCheck, nowNs: number): number {
    const reason = this.malformed(order) || this.schedule(order) || list.fits(order);
    if (reason !== Rejection.none) return reason;
    this.loadExposure(order.account, order.instrument);
    this.take(order.side, list.covered(order));
    const refusal = this.withinLimits(order, order, nowNs);
    if (refusal === Rejection.none) list.add(order);
    return refusal;
  }

  /** Whether the account's kill switch is engaged, or the one for all. */
  isKilled(account: number): boolean {
    return this.limitsTable.read(account).killSwitch !== 0;
  }

  /** Price of the instrument's last trade, 0 before the first. */
  lastTrade(instrument: number): number {
    return this.quotesTable.read(instrument).last;
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
    if (change.command === CommandKind.suspend || change.command === CommandKind.resume)
      return this.hold(change.command, index);
    const replace = change.command === CommandKind.replace;
    // What is on its way to be suspended may be cancelled instead.
    if (!replace && chunk.hold[row] !== 0) return Rejection.none;
    const event = replace ? OrderEvent.replaceRequested : OrderEvent.cancelRequested;
    if (transition(status, event, filled) === IMPOSSIBLE) return Rejection.changePending;
    if (!replace) return Rejection.none;
    return this.replace(change, index, nowNs);
  }

  /** A care order is at no venue that it could be taken from; only what its trader suspended can be resumed. */
  private hold(command: number, index: number): number {
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const byTrader = ((chunk.hold[row] as number) & Hold.trader) !== 0;
    if (chunk.algorithm[row] === Algorithm.care) return Rejection.badCommand;
    if (command === CommandKind.resume) {
      if (!byTrader) return Rejection.badCommand;
      return status === OrderStatus.suspended ? Rejection.none : Rejection.changePending;
    }
    if (byTrader) return Rejection.changePending;
    if (status === OrderStatus.suspended) return Rejection.none;
    return transition(status, OrderEvent.suspendRequested, 0) === IMPOSSIBLE ? Rejection.changePending : Rejection.none;
  }

  private replace(change: Terms, index: number, nowNs: number): number {
    const chunk = this.state.orders.chunkOf(index);
    const row = rowOf(index);
    const filled = chunk.filled[row] as number;
    const { terms } = this;
    terms.side = chunk.side[row] as number;
    terms.type = chunk.type[row] as number;
    // A stop that has been triggered is the order that it became.
    const triggered = isStop(terms.type) && ((chunk.hold[row] as number) & Hold.stop) === 0;
    if (triggered && change.stopPrice !== chunk.stopPrice[row])
      return refused(change, Rejection.badStopPrice, change.stopPrice, chunk.stopPrice[row] as number);
    if (!isQuantity(change.quantity)) return refused(change, Rejection.badQuantity, change.quantity, MAX_INT32);
    const used = filled + (chunk.childOpen[row] as number);
    const least = chunk.childOpen[row] === 0 ? filled + 1 : used;
    if (change.quantity < least) return refused(change, Rejection.alreadyFilled, change.quantity, least);
    if (this.badPrice(terms.type, change.limitPrice, change.instrument))
      return refused(change, Rejection.badPrice, change.limitPrice, this.tickSize(change.instrument));
    if (this.badStopPrice(terms.type, change.stopPrice, change.instrument))
      return refused(change, Rejection.badStopPrice, change.stopPrice, this.tickSize(change.instrument));
    const linked = this.links.replace(change, index);
    if (linked !== Rejection.none) return linked;
    terms.quantity = change.quantity - filled;
    terms.limitPrice = change.limitPrice;
    terms.stopPrice = change.stopPrice;
    this.loadExposure(change.account, change.instrument);
    this.take(terms.side, this.links.coveredChange(index, terms.quantity));
    return this.withinLimits(change, terms, nowNs);
  }

  /** What does not add to the open quantity of its side: another order counts it already, or may not trade beside it. */
  private take(side: number, quantity: number): void {
    if (side === Side.buy) this.exposure.openBuys -= quantity;
    else this.exposure.openSells -= quantity;
  }

  private malformed(order: Terms): number {
    const { account, instrument, quantity, side, type, timeInForce } = order;
    if (this.directory.knownAccounts[account] !== 1) return refused(order, Rejection.unknownAccount, account, 0);
    if (this.tickSize(instrument) === 0) return refused(order, Rejection.unknownInstrument, instrument, 0);
    if (!isQuantity(quantity)) return refused(order, Rejection.badQuantity, quantity, MAX_INT32);
    if (side > Side.sell) return refused(order, Rejection.badSide, side, Side.sell);
    if (type > OrderType.stopLimit) return refused(order, Rejection.badOrderType, type, OrderType.stopLimit);
    const unpriced = type === OrderType.market || type === OrderType.stop;
    if (timeInForce > TimeInForce.postOnly || (timeInForce === TimeInForce.postOnly && unpriced))
      return refused(order, Rejection.badTimeInForce, timeInForce, TimeInForce.postOnly);
    if (this.badPrice(type, order.limitPrice, instrument))
      return refused(order, Rejection.badPrice, order.limitPrice, this.tickSize(instrument));
    if (this.badStopPrice(type, order.stopPrice, instrument))
      return refused(order, Rejection.badStopPrice, order.stopPrice, this.tickSize(instrument));
    return Rejection.none;
  }

  private schedule(order: Terms): number {
    if (order.algorithm !== Algorithm.none && isStop(order.type))
      return refused(order, Rejection.badAlgorithm, order.algorithm, Algorithm.none);
    return checkSchedule(order);
  }

  private tickSize(instrument: number): number {
    return this.directory.tickSizes[instrument] ?? 0;
  }

  /** The nearest price on the tick that is no worse for `side`. */
  private onTick(side: number, instrument: number, price: number): number {
    const beyond = price % this.tickSize(instrument);
    return side === Side.buy || beyond === 0 ? price - beyond : price - beyond + this.tickSize(instrument);
  }

  /** A market or stop order has no limit price; that of another is positive and on the tick. */
  private badPrice(type: number, price: number, instrument: number): boolean {
    if (type === OrderType.market || type === OrderType.stop) return price !== 0;
    return price <= 0 || price % this.tickSize(instrument) !== 0;
  }

  private badStopPrice(type: number, price: number, instrument: number): boolean {
    if (!isStop(type)) return price !== 0;
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
