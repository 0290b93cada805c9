import type { OrderState } from '../order-state';
import { rowOf } from '../order-store';
import { ANY } from '../sweeps';

/** Which orders a subscription is about; ANY for all. */
export interface Scope {
  readonly account: number;
  readonly session: number;
}

export const fits = (scope: Scope, account: number, session: number): boolean =>
  (scope.account === ANY || scope.account === account) && (scope.session === ANY || scope.session === session);

/** Whether the scope has the order at an index. */
export function has(scope: Scope, { orders }: OrderState, index: number): boolean {
  const chunk = orders.chunkOf(index);
  const row = rowOf(index);
  return fits(scope, chunk.account[row] as number, chunk.session[row] as number);
}
