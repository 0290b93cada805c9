/**
 * What live orders could still trade, as limits count it:
 *
 * - an order: what is left, of the larger of old and new terms while a replace is open
 * - a child of a care order: nothing, for its parent counts; it uses up what the parent has left
 * - a leg that waits for a primary of the other side and the same instrument: nothing, for it never sells more than was bought.
 *   Another leg counts in full while its primary lives
 * - orders of which one takes from the others (`oco`, exits of a bracket): on each side of an instrument what is at a venue, for fills
 *   may cross, and of those that are held here the largest as far as it is more
 */
import { Contingency } from '@nautilus/core/domain';
import type { Exposure } from './exposure';
import { isAtVenue, isLive, OrderStatus } from './life-cycle';
import type { Group, Links } from './links';
import { Hold, type OrderStore, rowOf } from './order-store';

/** Orders of a group that take from each other. */
export const sharesQuantity = (contingency: number): boolean =>
  contingency === Contingency.oco || contingency === Contingency.exit;

/** Orders that wait for a primary. */
export const isLeg = (contingency: number): boolean =>
  contingency === Contingency.oto || contingency === Contingency.exit;

export class OpenQuantity {
  constructor(
    private readonly orders: OrderStore,
    private readonly exposure: Exposure,
    private readonly links: Links,
  ) {}

  /** Keeps the count true after the order at `index` changed. */
  update(index: number): void {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (sharesQuantity(chunk.contingency[row] as number)) this.updateGroup(this.groupOf(index) as Group);
    else this.set(index, this.leftOf(index));
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

  /** Whether a leg gives back what its primary got, so that it can trade no more than that. */
  reverses(index: number, primary: number): boolean {
    const leg = this.orders.chunkOf(index);
    const first = this.orders.chunkOf(primary);
    return (
      leg.side[rowOf(index)] !== first.side[rowOf(primary)] &&
      leg.instrument[rowOf(index)] === first.instrument[rowOf(primary)]
    );
  }

  private leftOf(index: number): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const status = chunk.status[row] as number;
    if (!isLive(status)) return 0;
    const filled = chunk.filled[row] as number;
    const quantity = chunk.quantity[row] as number;
    if (isLeg(chunk.contingency[row] as number)) {
      const primary = this.groupOf(index)?.primary ?? -1;
      const reverses = primary >= 0 && this.reverses(index, primary);
      if (reverses && ((chunk.hold[row] as number) & Hold.primary) !== 0 && status === OrderStatus.suspended) return 0;
      if (!reverses && primary >= 0 && isLive(this.orders.chunkOf(primary).status[rowOf(primary)] as number))
        return (chunk.wanted[row] as number) - (chunk.taken[row] as number) - filled;
    }
    if (status !== OrderStatus.pendingReplace) return quantity - filled;
    return Math.max(quantity, chunk.pendingQuantity[row] as number) - filled;
  }

  private updateGroup({ members }: Group): void {
    for (const index of members) {
      const chunk = this.orders.chunkOf(index);
      const row = rowOf(index);
      if (!sharesQuantity(chunk.contingency[row] as number)) continue;
      const held = chunk.status[row] === OrderStatus.suspended;
      this.set(index, held ? this.heldPart(index, members) : this.leftOf(index));
    }
  }

  /** Of an order that is held: what it is more than the others could do, when no other that is held is larger. */
  private heldPart(index: number, members: readonly number[]): number {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const left = this.leftOf(index);
    let atVenues = 0;
    for (const other of members) {
      const others = this.orders.chunkOf(other);
      const otherRow = rowOf(other);
      if (
        other === index ||
        !sharesQuantity(others.contingency[otherRow] as number) ||
        others.instrument[otherRow] !== chunk.instrument[row] ||
        others.side[otherRow] !== chunk.side[row]
      )
        continue;
      const otherLeft = this.leftOf(other);
      if (isAtVenue(others.status[otherRow] as number)) atVenues += otherLeft;
      else if (otherLeft > left || (otherLeft === left && other < index)) return 0;
    }
    return Math.max(0, left - atVenues);
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
