import { OrderType, Rejection, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import type { ChildOrders } from './child-orders';
import type { MarketWatch } from './market-watch';
import { ChildState, type OrderStore, Request } from './order-store';
import type { Schedules } from './schedules';
import { boundaryNs, slicesLeft } from './twap';
import type { WorkBench, Worker } from './worker';

/** Rounds of immediate-or-cancel orders at the end of a slice; what they could not get is due in the next one. */
const MOST_ROUNDS = 3;

/**
 * Works an order in equal slices of its time. What is due by the end of a slice (`Schedules`) rests passively during it; what is still
 * missing at its end crosses the spread. Every algorithm with a schedule is worked so; they differ in what is due.
 */
export class ScheduleWorker implements Worker {
  constructor(
    private readonly orders: OrderStore,
    private readonly children: ChildOrders,
    private readonly market: MarketWatch,
    private readonly schedules: Schedules,
    private readonly bench: WorkBench,
  ) {}

  begin(parent: number): void {
    this.schedule(parent);
    this.step(parent);
  }

  changed(parent: number, child: number): void {
    const { state, timeInForce } = this.orders.children.of;
    // A tip that was filled makes room for the next one; one that the venue did not want is not tried again in its slice.
    if (state[child] === ChildState.filled && timeInForce[child] === TimeInForce.postOnly)
      this.orders.parents.of.placed[parent] = 0;
    this.step(parent);
  }

  seesAgain(parent: number): void {
    this.step(parent);
  }

  cancel(parent: number): void {
    this.step(parent);
  }

  replace(parent: number): void {
    this.step(parent);
  }

  due(parent: number): void {
    const { of } = this.orders.parents;
    if (of.slice[parent]! < 0) this.beginSlice(parent, 0);
    else of.crossing[parent] = 1;
    this.step(parent);
  }

  /** Spreads what is left over the slices that are left. After the end one slice crosses at once. */
  private schedule(parent: number): void {
    const { of } = this.orders.parents;
    const { nowNs } = this.bench;
    const slices = slicesLeft(of.startNs[parent]!, of.endNs[parent]!, of.slices[parent]!, nowNs);
    of.crossing[parent] = of.placed[parent] = of.rounds[parent] = 0;
    of.slices[parent] = Math.max(1, slices);
    if (nowNs < of.startNs[parent]!) {
      of.slice[parent] = -1;
      this.bench.arm(parent, of.startNs[parent]!);
      return;
    }
    of.startNs[parent] = nowNs;
    this.beginSlice(parent, 0);
  }

  private beginSlice(parent: number, slice: number): void {
    const { of } = this.orders.parents;
    if (slice === 0) this.schedules.begin(parent);
    of.slice[parent] = slice;
    of.placed[parent] = of.rounds[parent] = 0;
    if (slice >= of.slices[parent]!) return;
    of.goal[parent] = this.schedules.goal(parent);
    const endNs = boundaryNs(of.startNs[parent]!, of.endNs[parent]!, of.slices[parent]!, slice + 1);
    if (endNs > this.bench.nowNs) this.bench.arm(parent, endNs);
    else of.crossing[parent] = 1;
  }

  /**
   * Does whatever can be done now; called again whenever something has changed. Children of which nobody knows whether they trade
   * count as if they did, and hold up only what needs to know: a change, and the end.
   */
  private step(parent: number): void {
    const { orders, bench, children } = this;
    const { of } = orders.parents;
    const over = orders.left(parent) <= 0 || of.request[parent] !== Request.none;
    if (over || of.crossing[parent] === 1) {
      children.cancelAll(parent);
      if (of.openCount[parent]! > (over ? 0 : of.unknownCount[parent]!)) return;
    }
    if (of.request[parent] === Request.replace) {
      bench.applyReplace(parent);
      if (orders.left(parent) > 0) this.schedule(parent);
    }
    if (orders.left(parent) <= 0) bench.finishFilled(parent);
    else if (of.request[parent] === Request.cancel) bench.finish(parent, ReportKind.cancelled, Rejection.none);
    else if (of.crossing[parent] === 1) this.cross(parent);
    else this.work(parent);
  }

  /** The slice has ended: its shortfall takes what the other side offers within the limit. */
  private cross(parent: number): void {
    const { of } = this.orders.parents;
    const due = this.missing(parent);
    if (due > 0 && of.rounds[parent]! < MOST_ROUNDS && this.children.take(parent, due) > 0) {
      of.rounds[parent]! += 1;
      return;
    }
    of.crossing[parent] = 0;
    this.beginSlice(parent, of.slice[parent]! + 1);
    this.step(parent);
  }

  /** Rests what is due in the slice, or ends the order after the last one. */
  private work(parent: number): void {
    const { bench, children } = this;
    const { of } = this.orders.parents;
    if (of.slice[parent]! < 0) return;
    if (of.slice[parent]! >= of.slices[parent]!) {
      if (of.openCount[parent]! > 0) children.cancelAll(parent);
      else bench.finish(parent, ReportKind.expired, Rejection.endOfSchedule);
      return;
    }
    const price = this.passivePrice(parent);
    const display = of.displayQuantity[parent]!;
    const due = this.missing(parent);
    const tip = display === 0 ? due : Math.min(due, display - of.out[parent]!);
    if (of.placed[parent] === 1 || tip <= 0 || price === 0) return;
    of.placed[parent] = 1;
    children.rest(parent, price, tip, TimeInForce.postOnly, of.dueNs[parent]! - bench.nowNs);
  }

  /** Shares that should be filled by the end of the slice and that nobody is asked for yet. */
  private missing(parent: number): number {
    const { of } = this.orders.parents;
    return of.goal[parent]! - of.filled[parent]! - of.out[parent]!;
  }

  /** The near touch, or the limit when that is more patient; 0 when nobody is on our side. */
  private passivePrice(parent: number): number {
    const { of } = this.orders.parents;
    const side = of.side[parent]!;
    const touch = this.market.best(of.instrument[parent]!, side);
    if (touch === 0 || of.type[parent] === OrderType.market) return touch;
    const limit = of.limitPrice[parent]!;
    return side === Side.buy ? Math.min(touch, limit) : Math.max(touch, limit);
  }
}
