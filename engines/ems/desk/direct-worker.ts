import { OrderType, Rejection, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { blamesVenue, type ChildOrders } from './child-orders';
import type { MarketWatch } from './market-watch';
import { ChildState, type OrderStore, Request } from './order-store';
import type { WorkBench, Worker } from './worker';

/** Rounds of immediate-or-cancel orders after which what is left of a limit order rests even where it would take. */
const MOST_ROUNDS = 5;
/** How long an order without a schedule is expected to rest, for the choice of its venue. */
const REST_NS = 60e9;

/**
 * No algorithm. With one venue the order goes there as it is, as one child. With several it takes what is displayed within its limit
 * where that is cheapest, again as long as there is something, and rests the remainder where it is expected to trade.
 *
 * An order with a display quantity (iceberg) rests one tip of that size after the other; each joins the end of its queue.
 */
export class DirectWorker implements Worker {
  constructor(
    private readonly orders: OrderStore,
    private readonly children: ChildOrders,
    private readonly market: MarketWatch,
    private readonly bench: WorkBench,
  ) {}

  begin(parent: number): void {
    if (this.isRouted(parent)) this.go(parent);
    else this.sendWhole(parent);
  }

  changed(parent: number, child: number): void {
    const { orders, children, bench } = this;
    const { of } = orders.parents;
    const { state, reason } = orders.children.of;
    const request = of.request[parent]!;
    const open = of.openCount[parent]!;
    if (orders.left(parent) <= 0 && request !== Request.replace) {
      if (open === 0) bench.finishFilled(parent);
      else children.cancelAll(parent);
    } else if (request !== Request.none) {
      if (request === Request.replace && state[child] === ChildState.resting) this.concludeReplace(parent, child);
      else if (open > 0) children.cancelAll(parent);
      else if (request === Request.replace) this.finishReplace(parent, state[child]!);
      else bench.finish(parent, ReportKind.cancelled, reason[child]!);
    } else if (this.isRouted(parent)) this.afterRouted(parent, child);
    else if (open > 0) return;
    else if (state[child] === ChildState.rejected) bench.finish(parent, ReportKind.rejected, reason[child]!);
    else if (state[child] === ChildState.expired) bench.finish(parent, ReportKind.expired, reason[child]!);
    else bench.finish(parent, ReportKind.cancelled, reason[child]!);
  }

  due(): void {}

  seesAgain(parent: number): void {
    const { of } = this.orders.parents;
    if (!this.isRouted(parent) || of.request[parent] !== Request.none) return;
    of.rounds[parent] = 0;
    this.go(parent);
  }

  cancel(parent: number): void {
    if (this.orders.parents.of.openCount[parent]! > 0) this.children.cancelAll(parent);
    else this.bench.finish(parent, ReportKind.cancelled, Rejection.none);
  }

  replace(parent: number): void {
    const { of } = this.orders.parents;
    const left = of.pendingTotal[parent]! - of.filled[parent]!;
    const child = of.firstOpen[parent]!;
    const alone = of.openCount[parent] === 1 && this.orders.children.of.state[child] === ChildState.resting;
    const whole = !this.isRouted(parent) || (of.displayQuantity[parent] === 0 && !this.wouldTake(parent));
    if (left > 0 && alone && whole) this.children.replace(parent, of.pendingPrice[parent]!, left);
    else if (of.openCount[parent] === 0) this.finishReplace(parent, ChildState.filled);
    else this.children.cancelAll(parent);
  }

  private isRouted(parent: number): boolean {
    return this.children.venues.length > 1 || this.orders.parents.of.displayQuantity[parent]! > 0;
  }

  private sendWhole(parent: number): void {
    const { of } = this.orders.parents;
    const left = this.orders.left(parent);
    this.children.send(parent, 0, of.type[parent]!, of.limitPrice[parent]!, left, of.timeInForce[parent]!);
  }

  /** A child of several has ended, or nobody knows what became of it: what is certainly left goes on. */
  private afterRouted(parent: number, child: number): void {
    const { of } = this.orders.parents;
    const { state, reason, timeInForce } = this.orders.children.of;
    if (of.openCount[parent]! > of.unknownCount[parent]! && of.displayQuantity[parent] === 0) return;
    const refused = state[child] === ChildState.rejected;
    const whole = timeInForce[child] === TimeInForce.fok || timeInForce[child] === TimeInForce.postOnly;
    const final = whole || of.rounds[parent]! >= MOST_ROUNDS || !blamesVenue(reason[child]!);
    if (of.openCount[parent] === 0 && refused && final) this.bench.finish(parent, ReportKind.rejected, reason[child]!);
    else if (of.openCount[parent] === 0 && whole && state[child] === ChildState.expired)
      this.bench.finish(parent, ReportKind.expired, reason[child]!);
    else this.go(parent);
  }

  /** Takes what it can and rests what it may. */
  private go(parent: number): void {
    const { children, bench } = this;
    const { of } = this.orders.parents;
    const left = this.orders.idle(parent);
    if (left <= 0) return;
    const timeInForce = of.timeInForce[parent]!;
    const rests = timeInForce === TimeInForce.day && of.type[parent] !== OrderType.market;
    of.rounds[parent]! += 1;
    const takes = timeInForce === TimeInForce.ioc || timeInForce === TimeInForce.day;
    if (timeInForce === TimeInForce.postOnly && this.crosses(parent, of.limitPrice[parent]!)) {
      if (of.openCount[parent] === 0) bench.finish(parent, ReportKind.rejected, Rejection.wouldTake);
      return;
    }
    if (timeInForce === TimeInForce.fok) {
      if (children.takeWhole(parent, left)) return;
    } else if (takes && of.rounds[parent]! <= MOST_ROUNDS && children.take(parent, left) > 0) return;
    if (timeInForce === TimeInForce.postOnly || rests) this.rest(parent, left);
    else if (of.openCount[parent] === 0) {
      const reason = timeInForce === TimeInForce.fok ? Rejection.notFillable : Rejection.noLiquidity;
      bench.finish(parent, ReportKind.expired, reason);
    }
  }

  private rest(parent: number, left: number): void {
    const { of } = this.orders.parents;
    const display = of.displayQuantity[parent]!;
    const tip = display === 0 ? left : Math.min(left, display - of.out[parent]!);
    if (tip <= 0) return;
    const placed = this.children.rest(parent, of.limitPrice[parent]!, tip, of.timeInForce[parent]!, REST_NS);
    // While nothing is known of the market it waits here.
    if (placed === 0 && of.openCount[parent] === 0 && !this.market.isBlind(of.instrument[parent]!))
      this.bench.finish(parent, ReportKind.rejected, Rejection.venueRejected);
  }

  private wouldTake(parent: number): boolean {
    return this.crosses(parent, this.orders.parents.of.pendingPrice[parent]!);
  }

  private crosses(parent: number, price: number): boolean {
    const { of } = this.orders.parents;
    const buys = of.side[parent] === Side.buy;
    const touch = this.market.best(of.instrument[parent]!, buys ? Side.sell : Side.buy);
    return touch > 0 && (buys ? touch <= price : touch >= price);
  }

  /** The venue was asked again what became of a change that it had not answered. */
  private concludeReplace(parent: number, child: number): void {
    const { of } = this.orders.parents;
    const { price, quantity, filled } = this.orders.children.of;
    const left = of.pendingTotal[parent]! - of.filled[parent]!;
    const done = price[child] === of.pendingPrice[parent] && quantity[child]! - filled[child]! === left;
    if (done) this.bench.applyReplace(parent);
    else this.bench.refuseChange(parent, Rejection.venueSilent);
  }

  /** No child is open while its parent was to change: what was asked for has been filled already, or is worked anew. */
  private finishReplace(parent: number, childState: number): void {
    const { of } = this.orders.parents;
    this.bench.applyReplace(parent);
    of.rounds[parent] = 0;
    if (this.orders.left(parent) <= 0) this.bench.finishFilled(parent);
    else if (this.isRouted(parent)) this.go(parent);
    else if (childState === ChildState.filled) this.sendWhole(parent);
    else this.bench.finish(parent, ReportKind.cancelled, Rejection.venueRejected);
  }
}
