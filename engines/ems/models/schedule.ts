/**
 * A schedule: the fraction of an order that should be done by the end of each of its slices, ascending, the last one 1. It does
 * not depend on the order's quantity, so a replaced order follows the same one.
 */
export type Schedule = Float64Array;

/**
 * Whole shares that should be done by the end of a slice: rounded down, all of it at the end of the last one. What a fraction is off
 * by floating point (1e-9 of a share) does not cost a share. Path code.
 */
export function targetAfter(quantity: number, schedule: Schedule, slice: number): number {
  return slice >= schedule.length - 1 ? quantity : Math.floor(quantity * schedule[slice]! + 1e-9);
}
