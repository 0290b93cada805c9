/** Cancels of many orders at once: a few thousand a turn, each step a record that says which. */
import { TimeInForce } from '@nautilus/core/domain';
import { type OrderStore, rowOf } from './order-store';

/** Matches whatever the order has. */
export const ANY = -1;

/** Which orders are cancelled: those of them that were entered before. */
export interface SweepScope {
  /** A number, or ANY, each. */
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly strategy: number;
  readonly session: number;
  /** 1: only orders of the day. */
  readonly dayOnly: number;
  /** Rejection that the orders are given; 0 when their client asked. */
  readonly reason: number;
}

export interface Sweep extends SweepScope {
  /** Record that began it. */
  readonly record: number;
  /** Index of the next order to look at, and the one after the last. */
  next: number;
  readonly end: number;
  /** Orders that it has cancelled. */
  hits: number;
}

/** Orders that one step looks at, at most. */
export const SWEEP_STEP = 1 << 12;

export function matches(scope: SweepScope, orders: OrderStore, index: number): boolean {
  const chunk = orders.chunkOf(index);
  const row = rowOf(index);
  return (
    (scope.account === ANY || scope.account === chunk.account[row]) &&
    (scope.instrument === ANY || scope.instrument === chunk.instrument[row]) &&
    (scope.side === ANY || scope.side === chunk.side[row]) &&
    (scope.strategy === ANY || scope.strategy === chunk.strategy[row]) &&
    (scope.session === ANY || scope.session === chunk.session[row]) &&
    (scope.dayOnly === 0 || chunk.timeInForce[row] === TimeInForce.day)
  );
}
