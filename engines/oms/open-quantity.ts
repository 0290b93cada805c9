/**
 * What live orders could still trade, as limits count it. Only a new order or a replace, which are checked, makes it larger beside the position:
 * no fill, trigger, resume or answer of a venue lets an account trade more than it could before.
 *
 * - an order: what is left, of the larger of old and new terms while an answer is due
 * - a child of a care order: nothing, for its parent counts; it uses up what the parent has left
 * - orders of which one takes from the others (`oco`, exits of a bracket): each in full, for their fills may cross
 * - a leg: in full while its primary lives, then what the primary has traded. The first leg that gives back what the primary got counts
 *   so from the beginning: with each share more that it may trade the account holds one more
 */
import { Contingency } from '@nautilus/core/domain';
import type { Exposure } from './exposure';
import { isLive, OrderStatus } from './life-cycle';
import type { Group, Links } from './links';
import { Hold, type OrderStore, rowOf } from './order-store';

/** Orders of a group that take from each other. */
export const sharesQuantity = (contingency: number): boolean =>
  contingency === Contingency.oco || contingency === Contingency.exit;

/** Orders that wait for a primary. */
export const isLeg = (contingency: number): boolean =>
  contingency === Contingency.oto || contingency === Contingency.exit;

interface NewLeg {
  readonly contingency: number;
  readonly instrument: number;
  readonly quantity: number;
  readonly side: number;
}

export class OpenQuantity {
  constructor(
    private readonly orders: OrderStore,
    private readonly exposure: Exposure,
    private readonly links: Links,
  ) {}

  /** Keeps the count true after the order at `index` changed. */
  update(index: number): void {
    const group = this.groupOf(index);
    if (group === undefined) this.set(index, this.leftOf(index));
    else for (const member of group.members) this.set(member, this.linkedPart(member));
  }

  /** Brings back what follows from the column `reserved`. */
  restore(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (chunk.parent[row] === 0) this.count(index, chunk.reserved[row] as number);
  }

  groupOf(index: number): Group | undefined {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const group = chunk.group[row] as number;
    return group === 0 ? undefined : this.links.group(chunk.account[row] as number, group);
  }

  /** Whether a leg gives back what its primary got. */
  givesBack(side: number, instrument: number, primary: number): boolean {
    const chunk = this.orders.chunkOf(primary);
    const row = rowOf(primary);
    return chunk.side[row] !== side && chunk.instrument[row] === instrument;
  }

  /** What of a new order's quantity those that it is to share it with have traded already. */
  takenBefore(contingency: number, { members }: Group): number {
    if (!sharesQuantity(contingency)) return 0;
    let traded = 0;
    for (const index of members) {
      const chunk = this.orders.chunkOf(index);
      const row = rowOf(index);
      if (sharesQuantity(chunk.contingency[row] as number)) traded += chunk.filled[row] as number;
    }
    return traded;
  }

  /** What a new leg of the group will count. */
  newLegPart({ contingency, instrument, quantity, side }: NewLeg, group: Group): number {
    const first = this.isFirstBack(this.orders.count, side, instrument, group);
    return this.partOfLeg(first, quantity, this.takenBefore(contingency, group), group.primary);
  }

  /** What the leg at `index` counts of the `left` that its client wants still. */
  legPart(index: number, left: number): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const group = this.groupOf(index) as Group;
    const first = this.isFirstBack(index, chunk.side[row] as number, chunk.instrument[row] as number, group);
    return this.partOfLeg(first, left, (chunk.taken[row] as number) + (chunk.filled[row] as number), group.primary);
  }

  /** `traded`: by the leg and those that took from it. */
  private partOfLeg(firstBack: boolean, left: number, traded: number, primary: number): number {
    const chunk = this.orders.chunkOf(primary);
    const row = rowOf(primary);
    if (!firstBack && isLive(chunk.status[row] as number)) return left;
    return Math.max(0, Math.min(left, (chunk.filled[row] as number) - traded));
  }

  /** Whether a leg gives back what the primary got, and no live one before `index` does. */
  private isFirstBack(index: number, side: number, instrument: number, { members, primary }: Group): boolean {
    if (!this.givesBack(side, instrument, primary)) return false;
    for (const other of members) {
      if (other >= index) return true;
      const chunk = this.orders.chunkOf(other);
      const row = rowOf(other);
      const leg = isLeg(chunk.contingency[row] as number) && isLive(chunk.status[row] as number);
      if (leg && this.givesBack(chunk.side[row] as number, chunk.instrument[row] as number, primary)) return false;
    }
    return true;
  }

  /** By the terms in force, or asked for. What waits for its primary has nothing to trade by them. */
  private leftOf(index: number): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    if (!isLive(status)) return 0;
    if (status === OrderStatus.suspended && ((chunk.hold[row] as number) & Hold.primary) !== 0) return 0;
    const quantity = chunk.quantity[row] as number;
    const answerIsDue = status === OrderStatus.pendingReplace || status === OrderStatus.pendingCancel;
    const most = answerIsDue ? Math.max(quantity, chunk.pendingQuantity[row] as number) : quantity;
    return most - (chunk.filled[row] as number);
  }

  /** Of an order of a group: as much as it may be brought to, too. */
  private linkedPart(index: number): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const contingency = chunk.contingency[row] as number;
    const left = this.leftOf(index);
    if (!isLive(chunk.status[row] as number) || contingency === Contingency.primary) return left;
    const wanted = (chunk.wanted[row] as number) - (chunk.taken[row] as number) - (chunk.filled[row] as number);
    return Math.max(left, isLeg(contingency) ? this.legPart(index, wanted) : wanted);
  }

  private set(index: number, left: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const change = left - (chunk.reserved[row] as number);
    if (change === 0) return;
    this.orders.changing(index).reserved[row] = left;
    const parent = (chunk.parent[row] as number) - 1;
    if (parent >= 0) {
      const parents = this.orders.changing(parent);
      parents.childOpen[rowOf(parent)] = (parents.childOpen[rowOf(parent)] as number) + change;
    } else this.count(index, change);
  }

  private count(index: number, change: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    this.exposure.reserve(
      chunk.account[row] as number,
      chunk.instrument[row] as number,
      chunk.side[row] as number,
      change,
    );
  }
}
