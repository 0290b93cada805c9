/**
 * TWAP: the order's time is cut into equal slices, and after each of them an equal part of the order should be done.
 *
 * Within a slice the part that is due by its end rests passively at the near touch (never worse than the limit); at the
 * end of the slice what is missing crosses the spread as an immediate-or-cancel order. What could not be had within the
 * limit is due again in the next slice; after the last one it expires.
 */

/** End of slice `index` - 1 and start of slice `index`, nanoseconds on the market's clock, rounded down. */
export function boundaryNs(startNs: number, endNs: number, slices: number, index: number): number {
  return index >= slices ? endNs : startNs + Math.floor(((endNs - startNs) / slices) * index);
}

/** Shares that should be done after `index` slices. Differences of neighbours differ by one share at most. */
export function cumulativeTarget(quantity: number, slices: number, index: number): number {
  return index >= slices ? quantity : Math.floor((quantity * index) / slices);
}

/** Slices that are left of a schedule at a time: as many as its intervals, begun ones included; 0 after its end. */
export function slicesLeft(startNs: number, endNs: number, slices: number, nowNs: number): number {
  if (nowNs >= endNs) return 0;
  if (nowNs <= startNs) return slices;
  return Math.min(slices, Math.max(1, Math.ceil(((endNs - nowNs) * slices) / (endNs - startNs))));
}
