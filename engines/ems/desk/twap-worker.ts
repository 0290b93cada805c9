import { OrderType, Rejection, ReportKind, Side, TimeInForce } from '@nautilus/core/domain';
import { type OrderStore, Request } from './order-store';
import { boundaryNs, cumulativeTarget, slicesLeft } from './twap';
import type { WorkBench, Worker } from './worker';

/** Works an order in equal slices of its time; the rule is in `twap.ts`. */
export class TwapWorker implements Worker {
  constructor(
    private readonly orders: OrderStore,
    private readonly bench: WorkBench,
  ) {}

  begin(parent: number): void {
    this.schedule(parent);
    this.step(parent);
  }

  childEnded(parent: number): void {
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
    if (of.slice[parent]! < 0) of.slice[parent] = 0;
    else of.crossing[parent] = 1;
    this.step(parent);
  }

  /** Spreads what is left over the slices that are left. After the end one slice crosses at once. */
  private schedule(parent: number): void {
    const { of } = this.orders.parents;
    const { nowNs } = this.bench;
    const slices = slicesLeft(of.startNs[parent]!, of.endNs[parent]!, of.slices[parent]!, nowNs);
    of.scheduleBase[parent] = of.filled[parent]!;
    of.crossing[parent] = of.placed[parent] = 0;
    of.slices[parent] = Math.max(1, slices);
    if (nowNs < of.startNs[parent]!) {
      of.slice[parent] = -1;
      this.bench.arm(parent, of.startNs[parent]!);
      return;
    }
    of.startNs[parent] = nowNs;
    of.slice[parent] = 0;
    if (slices === 0) of.crossing[parent] = 1;
  }

  /** Does whatever can be done now; called again whenever something has changed. One child is active at most. */
  private step(parent: number): void {
    const { orders, bench } = this;
    const { of } = orders.parents;
    const changing = of.crossing[parent] === 1 || of.request[parent] !== Request.none;
    if (of.activeChild[parent]! >= 0) {
      if (changing) bench.cancelActive(parent);
      return;
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
    const shortfall = this.shortfall(parent);
    of.crossing[parent] = of.placed[parent] = 0;
    of.slice[parent]! += 1;
    if (shortfall > 0)
      this.bench.sendChild(parent, of.type[parent]!, of.limitPrice[parent]!, shortfall, TimeInForce.ioc);
    else this.work(parent);
  }

  /** Begins a slice, or ends the order after the last one. */
  private work(parent: number): void {
    const { bench } = this;
    const { of } = this.orders.parents;
    const slice = of.slice[parent]!;
    if (slice < 0 || of.placed[parent] === 1) return;
    if (slice >= of.slices[parent]!) {
      bench.finish(parent, ReportKind.expired, Rejection.endOfSchedule);
      return;
    }
    of.placed[parent] = 1;
    bench.arm(parent, boundaryNs(of.startNs[parent]!, of.endNs[parent]!, of.slices[parent]!, slice + 1));
    const shortfall = this.shortfall(parent);
    const price = this.passivePrice(parent);
    if (shortfall > 0 && price > 0) bench.sendChild(parent, OrderType.limit, price, shortfall, TimeInForce.postOnly);
  }

  /** Shares that should be filled by the end of the current slice and are not. */
  private shortfall(parent: number): number {
    const { of } = this.orders.parents;
    const base = of.scheduleBase[parent]!;
    const target = base + cumulativeTarget(of.total[parent]! - base, of.slices[parent]!, of.slice[parent]! + 1);
    return target - of.filled[parent]!;
  }

  /** The near touch, or the limit when that is more patient; 0 when nobody is on our side. */
  private passivePrice(parent: number): number {
    const { of } = this.orders.parents;
    const side = of.side[parent]!;
    const touch = this.bench.best(of.instrument[parent]!, side);
    if (touch === 0 || of.type[parent] === OrderType.market) return touch;
    const limit = of.limitPrice[parent]!;
    return side === Side.buy ? Math.min(touch, limit) : Math.max(touch, limit);
  }
}
