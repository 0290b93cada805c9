import { Algorithm, Contingency, Rejection } from '@nautilus/core/domain';
import { isLeg } from './open-quantity';
import type { OrderState } from './order-state';
import type { JournalRecord } from './records';

type Terms = JournalRecord['order'];

/** The orders of one list while they are checked: each counts for those after it, until `undo`. Not for the order path. */
export class ListCheck {
  private first: Pick<Terms, 'account' | 'instrument' | 'side' | 'quantity'> | undefined;
  private readonly reserved: { account: number; instrument: number; side: number; quantity: number }[] = [];

  constructor(private readonly state: Pick<OrderState, 'exposure' | 'sessions'>) {}

  /** Whether the order fits those before it. */
  fits(order: Terms): number {
    const { first } = this;
    if (order.session !== 0 && this.state.sessions.get(order.account, order.session) === undefined)
      return Rejection.badSession;
    if (order.parent !== 0 || order.algorithm === Algorithm.care) return Rejection.badGroup;
    if (first === undefined) return Rejection.none;
    if (order.account !== first.account) return Rejection.badGroup;
    if (isLeg(order.contingency) && order.quantity > first.quantity) return Rejection.badGroup;
    return order.contingency === Contingency.exit && !this.givesBack(order) ? Rejection.badGroup : Rejection.none;
  }

  /** What of the order does not add to what the account could trade, as `LinkChecks.covered`: the first that gives back what the primary gets. */
  covered(order: Terms): number {
    if (!isLeg(order.contingency) || !this.givesBack(order)) return 0;
    const isGivenBack = this.reserved.some(({ quantity }) => quantity === 0);
    return isGivenBack ? 0 : order.quantity;
  }

  /** The order has passed. */
  add(order: Terms): void {
    const { account, instrument, side, quantity } = order;
    this.first ??= { account, instrument, side, quantity };
    const counted = quantity - this.covered(order);
    this.state.exposure.reserve(account, instrument, side, counted);
    this.reserved.push({ account, instrument, side, quantity: counted });
  }

  undo(): void {
    for (const { account, instrument, side, quantity } of this.reserved.splice(0))
      this.state.exposure.reserve(account, instrument, side, -quantity);
  }

  private givesBack({ instrument, side }: Terms): boolean {
    return this.first !== undefined && this.first.instrument === instrument && this.first.side !== side;
  }
}
