import type { VolumeCurve } from './volume-curve';
import { VolumeForecast } from './volume-curve';

/** A trade of the market: time on its clock and shares. */
export type MarketTrade = readonly [timeNs: number, quantity: number];

/** Root mean square, over the ends of the slices, of (scheduled − realised) fraction of the interval's market volume. */
export interface TrackingErrors {
  readonly twap: number;
  /** The curve as it was learned before. */
  readonly static: number;
  /** The curve bent by what the day had shown when the slice began. */
  readonly dynamic: number;
}

/**
 * How closely schedules follow the volume that came: VWAP's aim. Every target is made from what was known when its slice began.
 *
 * @param trades of the session from its first one on, ascending in time
 * @returns null when nothing was traded in the interval
 */
export function trackingErrors(
  curve: VolumeCurve,
  trades: readonly MarketTrade[],
  startNs: number,
  endNs: number,
  slices: number,
): TrackingErrors | null {
  const total = trades.reduce(
    (sum, [timeNs, quantity]) => (timeNs >= startNs && timeNs < endNs ? sum + quantity : sum),
    0,
  );
  if (total === 0) return null;
  const forecast = new VolumeForecast(curve);
  const fixed = curve.schedule(startNs, endNs, slices);
  const squares = { twap: 0, static: 0, dynamic: 0 };
  let next = 0;
  let done = 0;
  const take = (untilNs: number) => {
    for (; next < trades.length && trades[next]![0] < untilNs; next++) {
      const [timeNs, quantity] = trades[next]!;
      forecast.trade(timeNs, quantity);
      if (timeNs >= startNs) done += quantity;
    }
  };
  for (let slice = 0; slice < slices; slice++) {
    const nowNs = startNs + ((endNs - startNs) * slice) / slices;
    const atNs = startNs + ((endNs - startNs) * (slice + 1)) / slices;
    take(nowNs);
    const dynamic = forecast.fraction(startNs, endNs, done, nowNs, atNs);
    take(atNs);
    const realised = done / total;
    squares.twap += ((slice + 1) / slices - realised) ** 2;
    squares.static += (fixed[slice]! - realised) ** 2;
    squares.dynamic += (dynamic - realised) ** 2;
  }
  const root = (sum: number) => Math.sqrt(sum / slices);
  return { twap: root(squares.twap), static: root(squares.static), dynamic: root(squares.dynamic) };
}
