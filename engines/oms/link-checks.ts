/** Whether what an order depends on can take it. */
import { Algorithm, Contingency, OrderType, Rejection, Side } from '@nautilus/core/domain';
import { isLive } from './life-cycle';
import { type Group, MOST_LINKED } from './links';
import { isLeg, sharesQuantity } from './open-quantity';
import { isStop, tradedIn } from './order-moves';
import type { OrderState } from './order-state';
import { rowOf } from './order-store';
import type { JournalRecord } from './records';

type Terms = JournalRecord['order'];

export class LinkChecks {
  constructor(private readonly state: OrderState) {}

  /** Checks a new order's session, parent and group. */
  submit(order: Terms): number {
    if (order.session !== 0 && this.state.sessions.get(order.account, order.session) === undefined)
      return Rejection.badSession;
    if (order.parent !== 0) return this.parent(order);
    return order.group === 0 && order.contingency === Contingency.none ? Rejection.none : this.group(order);
  }

  /** Checks a change of the order at `index` against what it is linked with. */
  replace(change: Terms, index: number): number {
    const { orders } = this.state;
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    const parent = (chunk.parent[row] as number) - 1;
    if (parent < 0) return Rejection.none;
    const more = change.quantity - (chunk.filled[row] as number) - (chunk.reserved[row] as number);
    return more > this.freeOf(parent)
      ? Rejection.badParent
      : this.parentPrice(parent, chunk.type[row] as number, change);
  }

  /** How much of a new order's quantity does not add to what the account could trade. */
  covered(order: Terms): number {
    if (order.parent !== 0) return order.quantity;
    if (order.group === 0) return 0;
    const group = this.state.links.group(order.account, order.group);
    if (group === undefined) return 0;
    if (isLeg(order.contingency) && this.reverses(order, group.primary)) return order.quantity;
    // Held here: only what is more than the others could trade.
    if (!sharesQuantity(order.contingency) || !isStop(order.type)) return 0;
    return Math.min(order.quantity, this.reservedBeside(order, group));
  }

  /** The same of a change of the order at `index` to `quantity` that is left: what it counts for now, or all. */
  coveredChange(index: number, quantity: number): number {
    const { orders, openQuantity } = this.state;
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    if (chunk.parent[row] !== 0) return quantity;
    const primary = isLeg(chunk.contingency[row] as number) ? (openQuantity.groupOf(index)?.primary ?? -1) : -1;
    return primary >= 0 && openQuantity.reverses(index, primary) ? quantity : (chunk.reserved[row] as number);
  }

  private parent(order: Terms): number {
    const { orders } = this.state;
    const index = orders.find(order.parent);
    if (index < 0 || order.group !== 0 || order.algorithm === Algorithm.care) return Rejection.badParent;
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    const fits =
      chunk.algorithm[row] === Algorithm.care &&
      isLive(chunk.status[row] as number) &&
      chunk.account[row] === order.account &&
      chunk.instrument[row] === order.instrument &&
      chunk.side[row] === order.side;
    if (!fits) return Rejection.badParent;
    const free = this.freeOf(index);
    if (order.quantity <= free) return this.parentPrice(index, order.type, order);
    order.value = order.quantity;
    order.allowed = free;
    return Rejection.badParent;
  }

  /** A child trades at no worse price than its parent allows. */
  private parentPrice(
    parent: number,
    type: number,
    { limitPrice, side }: Terms | { limitPrice: number; side: number },
  ) {
    const chunk = this.state.orders.chunkOf(parent);
    const limit = chunk.limitPrice[rowOf(parent)] as number;
    if (limit === 0) return Rejection.none;
    if (type === OrderType.market || type === OrderType.stop) return Rejection.badParent;
    const worse = side === Side.buy ? limitPrice > limit : limitPrice < limit;
    return worse ? Rejection.badParent : Rejection.none;
  }

  /** What a care order has left that none of its children may trade. */
  private freeOf(parent: number): number {
    const chunk = this.state.orders.chunkOf(parent);
    const row = rowOf(parent);
    return (chunk.quantity[row] as number) - (chunk.filled[row] as number) - (chunk.childOpen[row] as number);
  }

  private group(order: Terms): number {
    const { contingency, group: number } = order;
    const known = contingency > Contingency.none && contingency <= Contingency.exit;
    if (!known || !Number.isSafeInteger(number) || number === 0 || order.algorithm === Algorithm.care)
      return Rejection.badGroup;
    const group = this.state.links.group(order.account, number);
    if (group?.refused) return Rejection.groupRefused;
    const first = group === undefined || group.members.length === 0;
    if (contingency === Contingency.primary) return first ? Rejection.none : Rejection.badGroup;
    if (isLeg(contingency)) return group === undefined ? Rejection.badGroup : this.leg(order, group);
    if (first) return Rejection.none;
    const tradedAlready = tradedIn(group, this.state.orders);
    const fits = group.primary < 0 && group.members.length < MOST_LINKED && order.quantity > tradedAlready;
    return fits ? Rejection.none : Rejection.badGroup;
  }

  private leg(order: Terms, group: Group): number {
    const { orders } = this.state;
    const { primary, members } = group;
    if (primary < 0 || members.length === MOST_LINKED) return Rejection.badGroup;
    const chunk = orders.chunkOf(primary);
    const row = rowOf(primary);
    const dead = !isLive(chunk.status[row] as number) && chunk.filled[row] === 0;
    if (dead || order.quantity > (chunk.wanted[row] as number)) return Rejection.badGroup;
    return order.contingency === Contingency.exit && !this.reverses(order, primary)
      ? Rejection.badGroup
      : Rejection.none;
  }

  private reverses(order: Terms, primary: number): boolean {
    if (primary < 0) return false;
    const chunk = this.state.orders.chunkOf(primary);
    const row = rowOf(primary);
    return chunk.side[row] !== order.side && chunk.instrument[row] === order.instrument;
  }

  private reservedBeside(order: Terms, { members }: Group): number {
    let reserved = 0;
    for (const index of members) {
      const chunk = this.state.orders.chunkOf(index);
      const row = rowOf(index);
      if (chunk.side[row] === order.side && chunk.instrument[row] === order.instrument)
        reserved += chunk.reserved[row] as number;
    }
    return reserved;
  }
}
