import { Algorithm, CommandKind, Rejection, ReportKind } from '@nautilus/core/domain';
import type { ExecutionModels } from '../models/trained';
import { VolumeCurve } from '../models/volume-curve';
import type { Venue } from '../venue/venue';
import { type ChildNews, ChildOrders } from './child-orders';
import { DirectWorker } from './direct-worker';
import { type MarketEvent, MarketWatch } from './market-watch';
import { OrderStore, ParentState, Request } from './order-store';
import { ScheduleWorker } from './schedule-worker';
import { MOST_SLICES, Schedules } from './schedules';
import { Timers } from './timers';
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
  readonly displayQuantity: number;
  readonly participation: number;
  readonly riskAversion: number;
  readonly side: number;
  readonly type: number;
  readonly timeInForce: number;
  readonly algorithm: number;
}

/** Direct orders whose acceptance may wait to be told. */
const MOST_ACCEPTED = 256;

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
    /** Of a fill, 1e-4 of the currency. */
    fee: number,
    venue: number,
  ): void;
}

export interface DeskOptions {
  /** In the order of `trading.venues`. */
  readonly venues: readonly Venue[];
  readonly reports: ReportSink;
  /** Ids of children count up from here + 1: one range a session. */
  readonly firstChildId: number;
  /** Finished parents that are kept for the APIs. @default 10000 */
  readonly retained?: number;
  /** What is known of an instrument. Without: volume is spread evenly, and implementation shortfall is refused. @default nothing */
  readonly modelsOf?: (instrument: number) => Pick<ExecutionModels, 'impact' | 'volume'> | undefined;
}

/**
 * Works parent orders at venues: commands and the passing of time in, child orders out, reports back.
 *
 * A parent never has more out at the venues than it has left, so it cannot be overfilled. Requests and events of the
 * venues are handled as separate steps, as live venues need it.
 */
export class Desk implements WorkBench, ChildNews {
  readonly orders: OrderStore;
  readonly children: ChildOrders;
  readonly market: MarketWatch;
  readonly schedules: Schedules;
  nowNs = 0;
  private readonly reports: ReportSink;
  private readonly timers = new Timers();
  /** Direct orders that a venue has accepted, until what it said with that is taken in. */
  private readonly accepting = new Int32Array(MOST_ACCEPTED);
  private acceptingCount = 0;
  private readonly direct: Worker;
  private readonly scheduled: Worker;

  constructor(options: DeskOptions) {
    const { venues, reports, firstChildId, retained = 10_000, modelsOf = () => undefined } = options;
    const flat = VolumeCurve.flat();
    this.reports = reports;
    this.orders = new OrderStore(firstChildId, retained);
    this.market = new MarketWatch(venues, (instrument) => modelsOf(instrument)?.volume ?? flat);
    this.schedules = new Schedules(this.orders, this.market, (instrument) => modelsOf(instrument)?.impact);
    this.children = new ChildOrders(venues, this.orders, this.market, this);
    this.direct = new DirectWorker(this.orders, this.children, this.market, this);
    this.scheduled = new ScheduleWorker(this.orders, this.children, this.market, this.schedules, this);
  }

  /** Carries out one command of the order system. A submit of an order that is known is dropped; one that has ended here is resumed. */
  handle(command: Command): void {
    const parent = this.orders.find(command.orderId);
    if (command.kind === CommandKind.submit) {
      if (parent < 0) this.submit(command);
    } else if (command.kind === CommandKind.resume) this.resume(parent, command);
    else if (parent < 0) this.refuseUnknown(command, Rejection.unknownOrder);
    else if (this.orders.parents.of.state[parent] === ParentState.done)
      this.refuseUnknown(command, Rejection.orderNotLive);
    else if (command.kind === CommandKind.cancel) this.cancel(parent);
    else if (command.kind === CommandKind.replace) this.replaceRequested(parent, command);
    this.settle();
  }

  /** Moves the market's clock; what is due before happens at its own time, in order: venues, then late answers, then schedules. */
  advance(nowNs: number): void {
    const { timers, children } = this;
    for (;;) {
      const nextNs = Math.min(timers.nextNs, children.nextNs);
      if (nextNs > nowNs) break;
      this.nowNs = Math.max(this.nowNs, nextNs);
      this.settle();
      children.remind();
      if (timers.nextNs <= this.nowNs) this.fire();
      this.settle();
    }
    this.nowNs = Math.max(this.nowNs, nowNs);
  }

  /** An event of the feed that its venue has applied; `ours`: shares of ours that it took. */
  observe(event: MarketEvent, venue: number, ours: number): void {
    this.market.observe(event, venue, this.nowNs, ours);
    this.settle();
  }

  /** What is known of a venue's book, or of all of the instrument, is not the market's, or is again: then orders go on. */
  setStale(instrument: number, venue: number, stale: boolean): void {
    this.market.setStale(instrument, venue, stale, this.nowNs);
    if (stale) return;
    const { of } = this.orders.parents;
    for (const parent of [...this.orders.slots()])
      if (of.instrument[parent] === instrument && of.state[parent] === ParentState.working)
        this.workerOf(parent).seesAgain(parent);
    this.settle();
  }

  /** Takes in what the venues have said. Returns how many events that were. */
  settle(): number {
    const count = this.children.settle();
    if (this.acceptingCount > 0) this.tellAccepted();
    return count;
  }

  arm(parent: number, timeNs: number): void {
    this.orders.parents.of.dueNs[parent] = timeNs;
    this.timers.add(timeNs, parent);
  }

  applyReplace(parent: number): void {
    const { of } = this.orders.parents;
    of.total[parent] = of.pendingTotal[parent]!;
    of.limitPrice[parent] = of.pendingPrice[parent]!;
    if (of.request[parent] === Request.replace) of.request[parent] = Request.none;
    this.report(parent, ReportKind.replaced, Math.max(0, this.orders.left(parent)), Rejection.none);
  }

  refuseChange(parent: number, reason: number): void {
    this.orders.parents.of.request[parent] = Request.none;
    this.report(parent, ReportKind.changeRejected, this.orders.left(parent), reason);
  }

  finishFilled(parent: number): void {
    // Whoever asked for a change may wait for its answer: the last fill says nothing of it.
    if (this.orders.parents.of.request[parent] !== Request.none) this.refuseChange(parent, Rejection.orderNotLive);
    this.end(parent, ReportKind.fill);
  }

  finish(parent: number, kind: number, reason: number): void {
    this.report(parent, kind, this.orders.left(parent), reason);
    this.end(parent, kind);
  }

  /** A direct order that trades or ends at once is not said to work: its fill or its end says more. */
  accepted(parent: number): void {
    const { of } = this.orders.parents;
    if (of.announced[parent] === 1) return;
    of.announced[parent] = 1;
    if (of.algorithm[parent] !== Algorithm.none || this.acceptingCount === MOST_ACCEPTED) this.tellWorking(parent);
    else this.accepting[this.acceptingCount++] = parent;
  }

  filled(parent: number, child: number, price: number, quantity: number, maker: number, fee: number): void {
    const parents = this.orders.parents.of;
    const children = this.orders.children.of;
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
      fee,
      children.venue[child]!,
    );
  }

  changed(parent: number, child: number): void {
    if (this.orders.parents.of.state[parent] === ParentState.working) this.workerOf(parent).changed(parent, child);
  }

  replaced(parent: number): void {
    const { of } = this.orders.parents;
    if (of.state[parent] !== ParentState.working) return;
    this.applyReplace(parent);
    // A cancel that came meanwhile had to wait for this.
    if (of.request[parent] === Request.cancel) this.workerOf(parent).cancel(parent);
  }

  /** A schedule asks again until what rests is gone; a direct order stands as it is and the order system hears of it. */
  changeRefused(parent: number, reason: number): boolean {
    const { of } = this.orders.parents;
    if (of.state[parent] !== ParentState.working) return true;
    if (of.algorithm[parent] !== Algorithm.none || of.request[parent] === Request.none) return false;
    this.refuseChange(parent, reason);
    return true;
  }

  private tellAccepted(): void {
    const { of } = this.orders.parents;
    for (let i = 0; i < this.acceptingCount; i++) {
      const parent = this.accepting[i]!;
      const untouched = of.filled[parent] === of.filledBefore[parent];
      if (untouched && of.state[parent] === ParentState.working) this.tellWorking(parent);
    }
    this.acceptingCount = 0;
  }

  private tellWorking(parent: number): void {
    this.report(parent, ReportKind.working, this.orders.left(parent), Rejection.none);
  }

  private fire(): void {
    const { timers } = this;
    const dueNs = timers.nextNs;
    const parent = timers.nextParent;
    timers.pop();
    const { of } = this.orders.parents;
    if (of.dueNs[parent] !== dueNs || of.state[parent] !== ParentState.working) return;
    of.dueNs[parent] = 0;
    this.workerOf(parent).due(parent);
  }

  /** An order that has left here goes to work again with what is left. What it filled while the command was on its way counts. */
  private resume(parent: number, command: Command): void {
    const { of } = this.orders.parents;
    if (parent >= 0 && of.state[parent] === ParentState.working) return;
    const crossed = parent < 0 ? 0 : Math.max(0, of.filled[parent]! - command.filled);
    if (crossed > 0 && crossed >= command.quantity) return;
    if (parent >= 0) this.orders.forget(parent);
    this.submit(command, crossed);
  }

  /** @param crossed shares that were filled and that the command does not know of */
  private submit(command: Command, crossed = 0): void {
    const parent = this.orders.addParent(command.orderId);
    const { of } = this.orders.parents;
    of.createdNs[parent] = this.nowNs;
    of.account[parent] = command.account;
    of.instrument[parent] = command.instrument;
    of.total[parent] = command.filled + command.quantity;
    of.filled[parent] = of.filledBefore[parent] = command.filled + crossed;
    of.limitPrice[parent] = command.limitPrice;
    of.side[parent] = command.side;
    of.type[parent] = command.type;
    of.timeInForce[parent] = command.timeInForce;
    of.algorithm[parent] = command.algorithm;
    of.startNs[parent] = command.startNs === 0 ? this.nowNs : command.startNs;
    of.endNs[parent] = command.endNs;
    of.slices[parent] = Math.max(1, command.slices);
    of.displayQuantity[parent] = command.displayQuantity;
    of.participation[parent] = command.participation;
    of.riskAversion[parent] = command.riskAversion;
    this.schedules.forget(parent);
    const reason = this.refusal(command);
    if (reason !== Rejection.none) {
      this.finish(parent, ReportKind.rejected, reason);
      return;
    }
    this.market.noteArrival(this.orders, parent, this.nowNs);
    // The venue's acceptance is a direct order's; an algorithm's order works from here on.
    if (command.algorithm !== Algorithm.none) this.accepted(parent);
    this.workerOf(parent).begin(parent);
  }

  private refusal({ instrument, quantity, algorithm, participation, slices }: Command): number {
    if (!this.children.trades(instrument)) return Rejection.unknownInstrument;
    if (quantity < 1) return Rejection.badQuantity;
    if (algorithm > Algorithm.is || (algorithm === Algorithm.pov && participation < 1)) return Rejection.badAlgorithm;
    if (algorithm > Algorithm.twap && slices > MOST_SLICES) return Rejection.badAlgorithm;
    return this.schedules.knows(algorithm, instrument) ? Rejection.none : Rejection.noImpactModel;
  }

  private cancel(parent: number): void {
    this.orders.parents.of.request[parent] = Request.cancel;
    this.workerOf(parent).cancel(parent);
  }

  private replaceRequested(parent: number, command: Command): void {
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
    return this.orders.parents.of.algorithm[parent] === Algorithm.none ? this.direct : this.scheduled;
  }

  private end(parent: number, outcome: number): void {
    this.orders.parents.of.outcome[parent] = outcome;
    this.market.noteEnd(this.orders, parent, this.nowNs);
    this.orders.finish(parent);
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
      0,
      0,
    );
  }

  private refuseUnknown({ orderId, instrument, side }: Command, reason: number): void {
    this.reports.report(ReportKind.changeRejected, this.nowNs, orderId, 0, instrument, side, 0, 0, 0, reason, 0, 0);
  }
}
