/**
 * What an order does and what follows from it for the orders that it is linked with. Every move goes through the life-cycle table, tells
 * the signals, and keeps the open quantity true.
 */
import { Algorithm, CodedError, CommandKind, Contingency, OrderType, Rejection } from '@nautilus/core/domain';
import { IMPOSSIBLE, isAtVenue, isLive, OrderEvent, OrderStatus, transition } from './life-cycle';
import type { Group, Links } from './links';
import { isLeg, type OpenQuantity, sharesQuantity } from './open-quantity';
import { Hold, type OrderStore, rowOf } from './order-store';
import type { Signals } from './signals';
import type { StopBook } from './stop-book';

export const isStop = (type: number): boolean => type === OrderType.stop || type === OrderType.stopLimit;

export class OrderMoves {
  /** Wall clock of the record that is being folded in, and its number. */
  at = 0;
  record = 0;

  constructor(
    private readonly orders: OrderStore,
    private readonly links: Links,
    private readonly open: OpenQuantity,
    private readonly stops: StopBook,
    private readonly signals: Signals,
  ) {}

  /** An order that passed every check begins; its columns are written, but for those that change. */
  begin(index: number, moreInList: boolean): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const parent = (chunk.parent[row] as number) - 1;
    if (parent >= 0) this.links.addChild(parent, index);
    if (chunk.algorithm[row] === Algorithm.care) {
      this.move(index, OrderEvent.accepted);
      this.move(index, OrderEvent.working);
      return;
    }
    const grouped = chunk.group[row] !== 0;
    if (grouped) {
      const group = this.join(index);
      chunk.taken[row] = this.open.takenBefore(chunk.contingency[row] as number, group);
      if (!isLeg(chunk.contingency[row] as number))
        chunk.pendingQuantity[row] = chunk.quantity[row] = (chunk.wanted[row] as number) - (chunk.taken[row] as number);
    }
    const hold =
      (moreInList ? Hold.list : 0) |
      (isLeg(chunk.contingency[row] as number) ? Hold.primary : 0) |
      (isStop(chunk.type[row] as number) ? Hold.stop : 0);
    chunk.hold[row] = hold;
    this.move(index, hold === 0 ? OrderEvent.accepted : OrderEvent.held);
    if (hold === 0) this.send(index);
    else this.arm(index);
    if (grouped) this.settle(index);
  }

  /** A list is complete: its orders go where they can. */
  releaseList(members: readonly number[]): void {
    for (const index of members) this.unhold(index, Hold.list);
    for (const index of members) this.settle(index);
  }

  /** A new order's place in its group; one that is brought back from a snapshot takes it again. */
  join(index: number): Group {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const group = this.links.openGroup(chunk.account[row] as number, chunk.group[row] as number);
    group.members.push(index);
    if (chunk.contingency[row] === Contingency.primary) group.primary = index;
    return group;
  }

  /** Entries brought back from a snapshot wait for their price again. */
  arm(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (!this.awaitsPrice(index)) return;
    this.stops.add(chunk.instrument[row] as number, chunk.side[row] as number, chunk.stopPrice[row] as number, index);
  }

  /** Whether the market's price is all that the order waits for. */
  awaitsPrice(index: number): boolean {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    return chunk.status[row] === OrderStatus.suspended && chunk.hold[row] === Hold.stop;
  }

  /** Lets one reason to hold the order go; it is sent when none is left. */
  unhold(index: number, reason: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    chunk.hold[row] = (chunk.hold[row] as number) & ~reason;
    if (chunk.status[row] !== OrderStatus.suspended) return;
    if (chunk.hold[row] !== 0) this.arm(index);
    else {
      this.move(index, OrderEvent.released);
      this.send(index);
    }
  }

  /** Cancels an order for a reason, 0 when its client asked. What is under way to be suspended ends instead. */
  cancel(index: number, reason: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    if (!isLive(status)) return;
    if (reason !== Rejection.none) chunk.reason[row] = reason;
    if (chunk.algorithm[row] === Algorithm.care) this.cancelFamily(index);
    else if (status === OrderStatus.pendingCancel) chunk.hold[row] = 0;
    else {
      this.move(index, OrderEvent.cancelRequested);
      if (status !== OrderStatus.suspended) this.signals.command(CommandKind.cancel, index);
    }
  }

  /** Takes an order off its venue, for a reason to hold it. One that is held already has one more. */
  suspend(index: number, reason: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    chunk.hold[row] = (chunk.hold[row] as number) | reason;
    if (chunk.status[row] === OrderStatus.suspended) {
      this.signals.update(OrderEvent.suspendRequested, index);
      return;
    }
    this.move(index, OrderEvent.suspendRequested);
    this.signals.command(CommandKind.cancel, index);
  }

  /** New terms: of an order at a venue they are asked for, of another they are in force at once. */
  replace(index: number, quantity: number, limitPrice: number, stopPrice: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const held = chunk.status[row] === OrderStatus.suspended;
    chunk.wanted[row] = quantity + (chunk.taken[row] as number);
    chunk.pendingPrice[row] = limitPrice;
    chunk.pendingQuantity[row] = isLeg(chunk.contingency[row] as number) && !held ? this.targetOf(index) : quantity;
    if (!held && chunk.algorithm[row] !== Algorithm.care) {
      this.move(index, OrderEvent.replaceRequested);
      this.signals.command(CommandKind.replace, index);
      return;
    }
    chunk.limitPrice[row] = limitPrice;
    chunk.stopPrice[row] = stopPrice;
    chunk.quantity[row] = quantity;
    this.move(index, OrderEvent.replaceRequested);
    if (!held) this.move(index, OrderEvent.replaced);
    this.arm(index);
    this.settle(index);
  }

  /** Through the table. @throws CodedError NAUT_JOURNAL_CONTRADICTION */
  move(index: number, event: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const next = transition(chunk.status[row] as number, event, chunk.filled[row] as number);
    if (next === IMPOSSIBLE) throw this.contradiction(index, 'cannot change so in its state');
    this.enter(index, next, event);
  }

  /** The order is in a state by an event that the caller judged. */
  enter(index: number, status: number, event: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    chunk.status[row] = status;
    chunk.updatedAt[row] = this.at;
    this.open.update(index);
    this.signals.update(event, index);
    if (!isLive(status)) this.ended(index);
  }

  send(index: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    this.signals.command(chunk.sent[row] === 0 ? CommandKind.submit : CommandKind.resume, index);
    chunk.sent[row] = 1;
  }

  /** `quantity` more of an order of a group has traded: the orders that it is linked with follow. */
  traded(index: number, quantity: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const { members } = this.open.groupOf(index) as Group;
    const done = !isLive(chunk.status[row] as number);
    for (const other of members) {
      if (other === index) continue;
      const others = this.orders.changing(other);
      const otherRow = rowOf(other);
      const contingency = others.contingency[otherRow] as number;
      if (sharesQuantity(contingency) && sharesQuantity(chunk.contingency[row] as number)) {
        others.taken[otherRow] = (others.taken[otherRow] as number) + quantity;
        if (done && contingency === Contingency.oco) this.cancel(other, Rejection.filledByOther);
        else this.settle(other);
      } else if (chunk.contingency[row] === Contingency.primary) this.settle(other);
    }
    this.open.update(index);
  }

  /** Whether a leg that has done what its terms allow may do more: what its primary has traded meanwhile, or has still to trade. */
  hasMoreToCome(index: number): boolean {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (!isLeg(chunk.contingency[row] as number)) return false;
    if (this.targetOf(index) > (chunk.filled[row] as number)) return true;
    const primary = this.open.groupOf(index)?.primary ?? -1;
    if (primary < 0 || !isLive(this.orders.chunkOf(primary).status[rowOf(primary)] as number)) return false;
    return (chunk.wanted[row] as number) - (chunk.taken[row] as number) > (chunk.filled[row] as number);
  }

  /** After a change of a linked order was refused: asks again when something else is wanted by now. */
  settleAfterRefusal(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (chunk.group[row] !== 0 && this.targetOf(index) !== chunk.pendingQuantity[row]) this.settle(index);
  }

  /** Brings a linked order to what it should do by now; while a change of it is under way, after that. */
  settle(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    const contingency = chunk.contingency[row] as number;
    if (!isLive(status) || (!isLeg(contingency) && !sharesQuantity(contingency))) return;
    const target = this.targetOf(index);
    const filled = chunk.filled[row] as number;
    if (status === OrderStatus.suspended) this.settleHeld(index, target);
    else if (status === OrderStatus.pendingCancel || status === OrderStatus.pendingReplace) return;
    else if (target > filled) {
      if (target === chunk.quantity[row]) return;
      const changing = this.orders.changing(index);
      changing.pendingQuantity[row] = target;
      changing.pendingPrice[row] = chunk.limitPrice[row] as number;
      this.move(index, OrderEvent.replaceRequested);
      this.signals.command(CommandKind.replace, index);
    } else if (this.hasMoreToCome(index)) this.suspend(index, Hold.primary);
    else this.cancel(index, this.reasonToEnd(index));
  }

  private settleHeld(index: number, target: number): void {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    if (((chunk.hold[row] as number) & Hold.list) !== 0) return;
    if (target > (chunk.filled[row] as number)) {
      chunk.quantity[row] = target;
      chunk.pendingQuantity[row] = target;
      if (((chunk.hold[row] as number) & Hold.primary) !== 0) this.unhold(index, Hold.primary);
      this.open.update(index);
    } else if (!this.hasMoreToCome(index)) this.cancel(index, this.reasonToEnd(index));
    else {
      chunk.hold[row] = (chunk.hold[row] as number) | Hold.primary;
      // What others took is gone; before that it shows what its client wants.
      if (chunk.taken[row] !== 0) chunk.quantity[row] = Math.max(target, chunk.filled[row] as number);
      this.open.update(index);
    }
  }

  /** What a linked order's total should be: what its client wants, of a leg no more than its primary has, less what others took. */
  private targetOf(index: number): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    let most = chunk.wanted[row] as number;
    if (isLeg(chunk.contingency[row] as number)) {
      const primary = this.open.groupOf(index)?.primary ?? -1;
      if (primary < 0) return 0;
      most = Math.min(most, this.orders.chunkOf(primary).filled[rowOf(primary)] as number);
    }
    return most - (chunk.taken[row] as number);
  }

  private reasonToEnd(index: number): number {
    const chunk = this.orders.chunkOf(index);
    return (chunk.taken[rowOf(index)] as number) > 0 ? Rejection.filledByOther : Rejection.primaryEnded;
  }

  private ended(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const parent = (chunk.parent[row] as number) - 1;
    if (parent >= 0) this.childEnded(parent);
    if (chunk.contingency[row] !== Contingency.primary) return;
    for (const other of (this.open.groupOf(index) as Group).members) this.settle(other);
  }

  /** A child of the care order has traded, and may be about to end with that. */
  rollUp(parent: number, quantity: number, price: number): void {
    const chunk = this.orders.changing(parent);
    const row = rowOf(parent);
    chunk.filled[row] = (chunk.filled[row] as number) + quantity;
    chunk.notional[row] = (chunk.notional[row] as number) + price * quantity;
    this.move(parent, chunk.filled[row] === chunk.quantity[row] ? OrderEvent.completeFill : OrderEvent.partialFill);
  }

  /** Every child is cancelled; the care order ends with the last of them. */
  private cancelFamily(parent: number): void {
    const chunk = this.orders.chunkOf(parent);
    const row = rowOf(parent);
    if (chunk.status[row] !== OrderStatus.pendingCancel) this.move(parent, OrderEvent.cancelRequested);
    for (const child of this.links.childrenOf(parent)) this.cancel(child, Rejection.parentCancelled);
    this.childEnded(parent);
  }

  private childEnded(parent: number): void {
    const chunk = this.orders.chunkOf(parent);
    if (chunk.status[rowOf(parent)] !== OrderStatus.pendingCancel) return;
    for (const child of this.links.childrenOf(parent))
      if (isLive(this.orders.chunkOf(child).status[rowOf(child)] as number)) return;
    this.move(parent, OrderEvent.cancelled);
  }

  /** A venue refused to cancel a child: its parent cannot end either. */
  childStays(child: number): void {
    const parent = (this.orders.chunkOf(child).parent[rowOf(child)] as number) - 1;
    if (parent < 0 || this.orders.chunkOf(parent).status[rowOf(parent)] !== OrderStatus.pendingCancel) return;
    if (isAtVenue(this.orders.chunkOf(child).status[rowOf(child)] as number))
      this.move(parent, OrderEvent.changeRejected);
  }

  contradiction(index: number, what: string): CodedError {
    return new CodedError({
      code: 'NAUT_JOURNAL_CONTRADICTION',
      message: `record ${this.record} of the order journal: order ${index + 1} ${what}`,
      fix: 'the journal was not written by this program: restore it from a copy',
    });
  }
}
