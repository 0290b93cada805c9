/** Whether what an order depends on can take it. */
import { Algorithm, Contingency, OrderType, Rejection, Side } from '@nautilus/core/domain';
import { isLive } from './life-cycle';
import { type Group, MOST_LINKED } from './links';
import { isLeg } from './open-quantity';
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
    if (!isLeg(order.contingency)) return 0;
    const { links, openQuantity } = this.state;
    return order.quantity - openQuantity.newLegPart(order, links.group(order.account, order.group) as Group);
  }

  /** The same of a change of the order at `index` to `quantity` that is left: with what the order counts for now. */
  coveredChange(index: number, quantity: number): number {
    const { orders, openQuantity } = this.state;
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    if (chunk.parent[row] !== 0) return quantity;
    const counted = chunk.reserved[row] as number;
    return isLeg(chunk.contingency[row] as number)
      ? counted + quantity - openQuantity.legPart(index, quantity)
      : counted;
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
    const tradedAlready = this.state.openQuantity.takenBefore(contingency, group);
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
    const givesBack = this.state.openQuantity.givesBack(order.side, order.instrument, primary);
    return order.contingency === Contingency.exit && !givesBack ? Rejection.badGroup : Rejection.none;
  }
}
