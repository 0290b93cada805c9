import { Algorithm, CommandKind, Rejection, ReportKind } from '@nautilus/core/domain';
import { VenueEventKind } from '../venue/events';
import type { Venue } from '../venue/venue';
import { DirectWorker } from './direct-worker';
import { ChildState, OrderStore, ParentState, Request } from './order-store';
import { Timers } from './timers';
import { TwapWorker } from './twap-worker';
import type { WorkBench, Worker } from './worker';

/** The fields of an order command that the desk reads. */
export interface Command {
  readonly kind: number;
  readonly orderId: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly account: number;
  readonly instrument: number;
  readonly quantity: number;
  readonly filled: number;
  readonly limitPrice: number;
  readonly slices: number;
  readonly side: number;
  readonly type: number;
  readonly timeInForce: number;
  readonly algorithm: number;
}

/** Takes the reports that go to the order system, as plain numbers. */
export interface ReportSink {
  report(
    kind: number,
    timeNs: number,
    orderId: number,
    childId: number,
    instrument: number,
    side: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
  ): void;
}

export interface DeskOptions {
  readonly venue: Venue;
  readonly reports: ReportSink;
  /** Ids of children count up from here + 1: one range a session. */
  readonly firstChildId: number;
  /** Finished parents that are kept for the APIs. @default 10000 */
  readonly retained?: number;
}

/**
 * Works parent orders at a venue: commands and the passing of time in, child orders out, reports back.
 *
 * A parent never has more open at the venue than it has left, so it cannot be overfilled. Requests and events of the
 * venue are handled as separate steps, as a live venue needs it.
 */
export class Desk implements WorkBench {
  readonly orders: OrderStore;
  nowNs = 0;
  private readonly venue: Venue;
  private readonly reports: ReportSink;
  private readonly timers = new Timers();
  private readonly direct: Worker;
  private readonly twap: Worker;

  constructor({ venue, reports, firstChildId, retained = 10_000 }: DeskOptions) {
    this.venue = venue;
    this.reports = reports;
    this.orders = new OrderStore(firstChildId, retained);
    this.direct = new DirectWorker(this.orders, this);
    this.twap = new TwapWorker(this.orders, this);
  }

  /** Carries out one command of the order system. A submit of an order that is known is dropped. */
  handle(command: Command): void {
    const parent = this.orders.find(command.orderId);
    if (command.kind === CommandKind.submit) {
      if (parent < 0) this.submit(command);
    } else if (parent < 0) this.refuseChange(command.orderId, command.instrument, command.side, Rejection.unknownOrder);
    else if (this.orders.parents.of.state[parent] === ParentState.done)
      this.refuseChange(command.orderId, command.instrument, command.side, Rejection.orderNotLive);
    else if (command.kind === CommandKind.cancel) this.cancel(parent);
    else if (command.kind === CommandKind.replace) this.replace(parent, command);
    this.settle();
  }

  /** Moves the market's clock; timers that are due fire at their own times, in order. */
  advance(nowNs: number): void {
    const { timers } = this;
    while (timers.nextNs <= nowNs) {
      const dueNs = timers.nextNs;
      const parent = timers.nextParent;
      timers.pop();
      const { of } = this.orders.parents;
      if (of.dueNs[parent] !== dueNs || of.state[parent] !== ParentState.working) continue;
      this.nowNs = Math.max(this.nowNs, dueNs);
      of.dueNs[parent] = 0;
      this.workerOf(parent).due(parent);
      this.settle();
    }
    this.nowNs = Math.max(this.nowNs, nowNs);
  }

  /** Takes in what the venue has said. Returns how many events that were. */
  settle(): number {
    return this.venue.events.waiting === 0 ? 0 : this.venue.events.drain(this.onVenueEvent);
  }

  sendChild(parent: number, type: number, price: number, quantity: number, timeInForce: number): void {
    const child = this.orders.addChild(parent);
    const { of } = this.orders.children;
    const parents = this.orders.parents.of;
    of.createdNs[child] = this.nowNs;
    of.price[child] = price;
    of.quantity[child] = quantity;
    of.type[child] = type;
    of.timeInForce[child] = timeInForce;
    this.venue.submit(
      child + 1,
      parents.instrument[parent]!,
      parents.side[parent]!,
      type,
      price,
      quantity,
      timeInForce,
    );
  }

  cancelActive(parent: number): void {
    const child = this.orders.parents.of.activeChild[parent]!;
    const { of } = this.orders.children;
    if (child < 0 || of.state[child] === ChildState.cancelling) return;
    of.state[child] = ChildState.cancelling;
    this.venue.cancel(child + 1);
  }

  replaceActive(parent: number, price: number, quantity: number): void {
    this.venue.replace(this.orders.parents.of.activeChild[parent]! + 1, price, quantity);
  }

  best(instrument: number, side: number): number {
    return this.venue.best(instrument, side);
  }

  arm(parent: number, timeNs: number): void {
    this.orders.parents.of.dueNs[parent] = timeNs;
    this.timers.add(timeNs, parent);
  }

  applyReplace(parent: number): void {
    const { of } = this.orders.parents;
    of.total[parent] = of.pendingTotal[parent]!;
    of.limitPrice[parent] = of.pendingPrice[parent]!;
    of.request[parent] = Request.none;
    this.report(parent, ReportKind.replaced, Math.max(0, this.orders.left(parent)), Rejection.none);
  }

  finishFilled(parent: number): void {
    this.orders.parents.of.outcome[parent] = ReportKind.fill;
    this.orders.finish(parent);
  }

  finish(parent: number, kind: number, reason: number): void {
    this.orders.parents.of.outcome[parent] = kind;
    this.report(parent, kind, this.orders.left(parent), reason);
    this.orders.finish(parent);
  }

  private submit(command: Command): void {
    const parent = this.orders.addParent(command.orderId);
    const { of } = this.orders.parents;
    of.createdNs[parent] = this.nowNs;
    of.account[parent] = command.account;
    of.instrument[parent] = command.instrument;
    of.total[parent] = command.filled + command.quantity;
    of.filled[parent] = of.filledBefore[parent] = command.filled;
    of.limitPrice[parent] = command.limitPrice;
    of.side[parent] = command.side;
    of.type[parent] = command.type;
    of.timeInForce[parent] = command.timeInForce;
    of.algorithm[parent] = command.algorithm;
    of.startNs[parent] = command.startNs === 0 ? this.nowNs : command.startNs;
    of.endNs[parent] = command.endNs;
    of.slices[parent] = Math.max(1, command.slices);
    const algorithmKnown = command.algorithm === Algorithm.none || command.algorithm === Algorithm.twap;
    if (!this.venue.trades(command.instrument)) this.finish(parent, ReportKind.rejected, Rejection.unknownInstrument);
    else if (command.quantity < 1) this.finish(parent, ReportKind.rejected, Rejection.badQuantity);
    else if (!algorithmKnown) this.finish(parent, ReportKind.rejected, Rejection.badAlgorithm);
    else {
      // The venue's acceptance is a direct order's; an algorithm's order works from here on.
      if (command.algorithm !== Algorithm.none)
        this.report(parent, ReportKind.working, command.quantity, Rejection.none);
      this.workerOf(parent).begin(parent);
    }
  }

  private cancel(parent: number): void {
    this.orders.parents.of.request[parent] = Request.cancel;
    this.workerOf(parent).cancel(parent);
  }

  private replace(parent: number, command: Command): void {
    const { of } = this.orders.parents;
    if (of.request[parent] !== Request.none) {
      this.report(parent, ReportKind.changeRejected, this.orders.left(parent), Rejection.changePending);
      return;
    }
    of.request[parent] = Request.replace;
    of.pendingTotal[parent] = command.filled + command.quantity;
    of.pendingPrice[parent] = command.limitPrice;
    this.workerOf(parent).replace(parent);
  }

  private workerOf(parent: number): Worker {
    return this.orders.parents.of.algorithm[parent] === Algorithm.twap ? this.twap : this.direct;
  }

  private readonly onVenueEvent = (
    kind: number,
    reference: number,
    price: number,
    quantity: number,
    maker: number,
    reason: number,
  ): void => {
    const child = reference - 1;
    const parent = this.orders.children.of.parent[child]!;
    if (kind === VenueEventKind.filled) this.filled(parent, child, price, quantity, maker);
    else if (kind === VenueEventKind.accepted) this.accepted(parent, child);
    else if (kind === VenueEventKind.cancelled) this.childEnded(parent, child, ChildState.cancelled, reason);
    else if (kind === VenueEventKind.expired) this.childEnded(parent, child, ChildState.expired, reason);
    else if (kind === VenueEventKind.rejected) this.childEnded(parent, child, ChildState.rejected, reason);
    else if (kind === VenueEventKind.replaced) this.replaced(parent, child, price, quantity);
    else if (kind === VenueEventKind.changeRejected) this.changeRejected(parent, child, reason);
  };

  private accepted(parent: number, child: number): void {
    const { of } = this.orders.children;
    if (of.state[child] === ChildState.sent) of.state[child] = ChildState.resting;
    if (this.orders.parents.of.algorithm[parent] === Algorithm.none)
      this.report(parent, ReportKind.working, this.orders.left(parent), Rejection.none);
  }

  private filled(parent: number, child: number, price: number, quantity: number, maker: number): void {
    const parents = this.orders.parents.of;
    const children = this.orders.children.of;
    parents.filled[parent]! += quantity;
    parents.notional[parent]! += price * quantity;
    children.filled[child]! += quantity;
    children.notional[child]! += price * quantity;
    this.reports.report(
      ReportKind.fill,
      this.nowNs,
      parents.orderId[parent]!,
      children.id[child]!,
      parents.instrument[parent]!,
      parents.side[parent]!,
      price,
      quantity,
      maker,
      Rejection.none,
    );
    if (children.filled[child]! >= children.quantity[child]!)
      this.childEnded(parent, child, ChildState.filled, Rejection.none);
  }

  private childEnded(parent: number, child: number, state: number, reason: number): void {
    const { of } = this.orders.children;
    of.state[child] = state;
    of.reason[child] = reason;
    const parents = this.orders.parents.of;
    if (parents.activeChild[parent] !== child) return;
    parents.activeChild[parent] = -1;
    if (parents.state[parent] === ParentState.working) this.workerOf(parent).childEnded(parent, state, reason);
  }

  private replaced(parent: number, child: number, price: number, quantity: number): void {
    const { of } = this.orders.children;
    of.price[child] = price;
    of.quantity[child] = of.filled[child]! + quantity;
    this.applyReplace(parent);
  }

  /** The venue refused a change. A cancel that came too late is answered by the child's end. */
  private changeRejected(parent: number, child: number, reason: number): void {
    const { of } = this.orders.children;
    if (of.state[child] === ChildState.cancelling) of.state[child] = ChildState.resting;
    const parents = this.orders.parents.of;
    if (parents.state[parent] !== ParentState.working || parents.request[parent] === Request.none) return;
    parents.request[parent] = Request.none;
    this.report(parent, ReportKind.changeRejected, this.orders.left(parent), reason);
  }

  private report(parent: number, kind: number, quantity: number, reason: number): void {
    const { of } = this.orders.parents;
    this.reports.report(
      kind,
      this.nowNs,
      of.orderId[parent]!,
      0,
      of.instrument[parent]!,
      of.side[parent]!,
      of.limitPrice[parent]!,
      quantity,
      0,
      reason,
    );
  }

  private refuseChange(orderId: number, instrument: number, side: number, reason: number): void {
    this.reports.report(ReportKind.changeRejected, this.nowNs, orderId, 0, instrument, side, 0, 0, 0, reason);
  }
}
