/** What reports of the execution system do to the orders. */
import { Algorithm, CommandKind, ReportKind } from '@nautilus/core/domain';
import type { ExecutionStore } from './execution-store';
import type { Exposure } from './exposure';
import { IMPOSSIBLE, isAtVenue, OrderEvent, OrderStatus, transition } from './life-cycle';
import type { OrderMoves } from './order-moves';
import { Hold, type OrderStore, rowOf } from './order-store';
import type { JournalRecord } from './records';
import type { Signals } from './signals';

/** What became of a report. */
export const ReportOutcome = {
  applied: 0,
  /** The order was at no venue any more; nothing changed. */
  late: 1,
  /** (epoch, sequence) is not past the last one, or a fill that was counted in an earlier session. */
  repeated: 2,
  /** No order has this number. */
  unknownOrder: 3,
  /** The order cannot do this in its state. */
  impossible: 4,
  /** More than is left of the order, or nothing. */
  overfill: 5,
} as const;

const eventOfReport: Readonly<Record<number, number>> = {
  [ReportKind.working]: OrderEvent.working,
  [ReportKind.cancelled]: OrderEvent.cancelled,
  [ReportKind.rejected]: OrderEvent.rejected,
  [ReportKind.expired]: OrderEvent.expired,
  [ReportKind.replaced]: OrderEvent.replaced,
  [ReportKind.changeRejected]: OrderEvent.changeRejected,
};

type Report = JournalRecord['report'];

export class ReportFold {
  /** (epoch, sequence) of the last report. */
  epoch = 0;
  sequence = 0;
  /** Reports that could not be true. */
  refused = 0;

  constructor(
    private readonly orders: OrderStore,
    private readonly executions: ExecutionStore,
    private readonly exposure: Exposure,
    private readonly moves: OrderMoves,
    private readonly signals: Signals,
  ) {}

  isNews(epoch: number, sequence: number): boolean {
    return epoch > this.epoch || (epoch === this.epoch && sequence > this.sequence);
  }

  /** ReportOutcome of record `number`. */
  apply(report: Report, number: number): number {
    if (!this.isNews(report.epoch, report.sequence)) return ReportOutcome.repeated;
    this.epoch = report.epoch;
    this.sequence = report.sequence;
    this.moves.at = report.at;
    if (report.report === ReportKind.sessionStarted) return this.resubmit();
    const index = this.orders.find(report.orderId);
    const outcome = index < 0 ? ReportOutcome.unknownOrder : this.applyTo(index, report, number);
    if (outcome > ReportOutcome.repeated) this.refused++;
    return outcome;
  }

  private applyTo(index: number, report: Report, number: number): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    // A care order is at no venue: nobody can say anything about it.
    if (chunk.algorithm[row] === Algorithm.care) return ReportOutcome.impossible;
    const status = chunk.status[row] as number;
    const filled = chunk.filled[row] as number;
    if (report.report === ReportKind.fill) return this.fill(index, report, number);
    let event = eventOfReport[report.report];
    if (event === undefined) return ReportOutcome.impossible;
    const leaves = event === OrderEvent.cancelled && isAtVenue(status) && chunk.hold[row] !== 0;
    if (leaves) event = OrderEvent.suspended;
    const next = transition(status, event, filled);
    if (next === IMPOSSIBLE) return ReportOutcome.impossible;
    if (!isAtVenue(status)) return ReportOutcome.late;

    const changing = this.orders.changing(index);
    if (report.reason !== 0) changing.reason[row] = report.reason;
    if (event === OrderEvent.replaced) this.replaced(index, report.quantity, next);
    else if (event === OrderEvent.changeRejected && filled >= (chunk.quantity[row] as number))
      this.end(index, event, status);
    else this.moves.enter(index, next, event);
    if (event === OrderEvent.changeRejected) this.changeRefused(index, status);
    else if (chunk.group[row] !== 0) this.moves.settle(index);
    // Terms that were asked for and are in force no more are not to be waited for.
    if (
      event !== OrderEvent.working &&
      changing.status[row] !== OrderStatus.pendingReplace &&
      changing.status[row] !== OrderStatus.pendingCancel
    )
      changing.pendingQuantity[row] = changing.quantity[row] as number;
    return ReportOutcome.applied;
  }

  private fill(index: number, report: Report, number: number): number {
    const quantity = this.uncounted(report);
    if (report.cumulative > 0 && quantity <= 0) return ReportOutcome.repeated;
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const filled = chunk.filled[row] as number;
    const left = (chunk.quantity[row] as number) - filled;
    if (!isAtVenue(status)) return ReportOutcome.impossible;
    if (quantity < 1 || quantity > left) return ReportOutcome.overfill;
    if (report.reason !== 0) chunk.reason[row] = report.reason;
    chunk.filled[row] = filled + quantity;
    chunk.notional[row] = (chunk.notional[row] as number) + report.price * quantity;
    this.exposure.fill(
      chunk.account[row] as number,
      chunk.instrument[row] as number,
      chunk.side[row] as number,
      quantity,
    );
    this.execute(index, report, quantity, number);
    let event: number = OrderEvent.partialFill;
    // While other terms are asked for, an order that is filled by its old ones waits for the answer, which may let it go on.
    const answerIsDue =
      status === OrderStatus.pendingReplace ||
      (status === OrderStatus.pendingCancel && (chunk.pendingQuantity[row] as number) > filled + quantity);
    if (quantity === left && !answerIsDue) {
      event = OrderEvent.completeFill;
      // Not one that its client is cancelling.
      if ((status !== OrderStatus.pendingCancel || chunk.hold[row] !== 0) && this.moves.hasMoreToCome(index)) {
        event = OrderEvent.suspended;
        chunk.hold[row] = (chunk.hold[row] as number) | Hold.primary;
      }
    }
    if (chunk.parent[row] !== 0) this.moves.rollUp((chunk.parent[row] as number) - 1, quantity, report.price);
    this.moves.enter(index, transition(status, event, filled), event);
    if (chunk.group[row] !== 0) {
      this.moves.traded(index, quantity);
      this.moves.settle(index);
    }
    return ReportOutcome.applied;
  }

  private execute(index: number, report: Report, quantity: number, number: number): void {
    const execution = this.executions.add();
    const fills = this.executions.chunkOf(execution);
    const at = rowOf(execution);
    fills.orderId[at] = index + 1;
    fills.childId[at] = report.childId;
    fills.timeNs[at] = report.timeNs;
    fills.at[at] = report.at;
    fills.record[at] = number;
    fills.fee[at] = report.fee;
    fills.price[at] = report.price;
    fills.quantity[at] = quantity;
    fills.maker[at] = report.maker;
    fills.venue[at] = report.venue;
  }

  /** Shares of a fill that are news. What a session of the execution system tells again of an earlier one's child says up to where it was filled. */
  private uncounted({ cumulative, quantity, childId }: Report): number {
    return cumulative === 0 ? quantity : Math.min(quantity, cumulative - this.executions.filledOf(childId));
  }

  /**
   * New terms are in force: those that the report states, with `left` still to do. While another total is asked for by now, its answer is
   * still to come. Terms of no more than was filled meanwhile leave nothing to do.
   */
  private replaced(index: number, left: number, next: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const filled = chunk.filled[row] as number;
    const answered = filled + left === Math.max(filled, chunk.pendingQuantity[row] as number);
    if (answered) chunk.limitPrice[row] = chunk.pendingPrice[row] as number;
    chunk.quantity[row] = filled + left;
    if (!answered && chunk.status[row] === OrderStatus.pendingReplace)
      this.moves.enter(index, OrderStatus.pendingReplace, OrderEvent.replaced);
    else if (left === 0) this.end(index, OrderEvent.replaced, chunk.status[row] as number);
    else this.moves.enter(index, next, OrderEvent.replaced);
  }

  /** All is filled that the order's terms allow. A leg that may do more waits for it, or goes on at once. */
  private end(index: number, event: number, before: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const cancelled = before === OrderStatus.pendingCancel && chunk.hold[row] === 0;
    if (cancelled || !this.moves.hasMoreToCome(index)) {
      this.moves.enter(index, OrderStatus.filled, event);
      return;
    }
    chunk.hold[row] = (chunk.hold[row] as number) | Hold.primary;
    this.moves.enter(index, OrderStatus.suspended, event);
    this.moves.settle(index);
  }

  /** The order stands as it did. What was to be suspended is not, and a parent whose child cannot be cancelled cannot end. */
  private changeRefused(index: number, before: number): void {
    const chunk = this.orders.changing(index);
    if (before !== OrderStatus.pendingCancel) this.moves.settleAfterRefusal(index);
    else {
      if (isAtVenue(chunk.status[rowOf(index)] as number)) chunk.hold[rowOf(index)] = 0;
      this.moves.childStays(index);
    }
  }

  /** The execution system knows no order: every one that it should have is submitted again with what is left, and its open change asked for again. */
  private resubmit(): number {
    const { orders, moves, signals } = this;
    for (let index = 0; index < orders.count; index++) {
      const chunk = orders.chunkOf(index);
      const row = rowOf(index);
      const status = chunk.status[row] as number;
      if (!isAtVenue(status) || chunk.algorithm[row] === Algorithm.care) continue;
      moves.move(index, OrderEvent.sessionStarted);
      if ((chunk.filled[row] as number) >= (chunk.quantity[row] as number)) {
        this.resubmitChange(index, status);
        continue;
      }
      signals.command(CommandKind.submit, index);
      if (status === OrderStatus.pendingCancel) signals.command(CommandKind.cancel, index);
      if (status === OrderStatus.pendingReplace) signals.command(CommandKind.replace, index);
    }
    return ReportOutcome.applied;
  }

  /** Nothing is left of the terms in force: a change that was under way decides. Terms that were asked for are in force. */
  private resubmitChange(index: number, before: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const left = Math.max(0, (chunk.pendingQuantity[row] as number) - (chunk.filled[row] as number));
    if (before !== OrderStatus.pendingReplace) this.end(index, OrderEvent.completeFill, before);
    else {
      this.replaced(index, left, OrderStatus.partiallyFilled);
      if (left > 0) this.signals.command(CommandKind.submit, index);
    }
  }
}
