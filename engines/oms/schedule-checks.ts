/** Can the schedule of an order be followed? Answers with a rejection code and never allocates. */
import { Algorithm, Rejection, TimeInForce } from '@nautilus/core/domain';
import type { JournalRecord } from './records';

type Terms = JournalRecord['order'];

const DAY_NS = 86_400e9;
const BASIS_POINTS = 10_000;
/** Most slices of an algorithm other than TWAP: the execution system keeps its schedule in memory. */
const MOST_SLICES = 10_000;

/** Whole nanoseconds of at most a day: what a session can have, and a database's integer holds. */
export const isDayTime = (ns: number): boolean => Number.isInteger(ns) && ns >= 0 && ns <= DAY_NS;

/**
 * An algorithm works a day order over at most a day in slices of at least one share. Participation goes with any algorithm, `pov` cannot
 * be without; risk aversion goes with `is` only. A display quantity goes with what rests. Without an algorithm there is no schedule.
 */
export function checkSchedule(order: Terms): number {
  const { algorithm, slices, startNs, endNs, quantity, participation, riskAversion, displayQuantity, timeInForce } =
    order;
  const scheduled = algorithm >= Algorithm.twap && algorithm <= Algorithm.is;
  if (displayQuantity < 0 || displayQuantity > quantity)
    return refused(order, Rejection.badQuantity, displayQuantity, quantity);
  if (displayQuantity > 0 && (timeInForce === TimeInForce.ioc || timeInForce === TimeInForce.fok))
    return refused(order, Rejection.badTimeInForce, timeInForce, TimeInForce.day);
  if (algorithm > Algorithm.care) return refused(order, Rejection.badAlgorithm, algorithm, Algorithm.care);
  const most = scheduled ? BASIS_POINTS : 0;
  const least = algorithm === Algorithm.pov ? 1 : 0;
  if (participation < least || participation > most) return refused(order, Rejection.badAlgorithm, participation, most);
  const averse = algorithm === Algorithm.is ? riskAversion >= 0 && Number.isFinite(riskAversion) : riskAversion === 0;
  if (!averse) return refused(order, Rejection.badAlgorithm, riskAversion, 0);
  if (algorithm === Algorithm.none)
    return slices === 0 ? Rejection.none : refused(order, Rejection.badAlgorithm, slices, 0);
  if (timeInForce !== TimeInForce.day) return refused(order, Rejection.badTimeInForce, timeInForce, TimeInForce.day);
  if (algorithm === Algorithm.care) return Rejection.none;
  const mostSlices = algorithm === Algorithm.twap ? quantity : Math.min(quantity, MOST_SLICES);
  if (slices < 1 || slices > mostSlices) return refused(order, Rejection.badAlgorithm, slices, mostSlices);
  if (!isDayTime(startNs) || !(endNs > startNs) || !isDayTime(endNs - startNs))
    return refused(order, Rejection.badAlgorithm, endNs, startNs);
  return Rejection.none;
}

/** Notes what was met and what is allowed; gives the reason back. */
export function refused(order: Terms, reason: number, value: number, allowed: number): number {
  order.value = value;
  order.allowed = allowed;
  return reason;
}
