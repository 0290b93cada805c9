import fs from 'node:fs';
import type { Segment } from './segment';

/** What is kept. Only segments that no kept snapshot needs are ever removed, and only when one of the bounds asks for it. */
export interface Retention {
  /** Newest snapshots that are kept; older ones are removed. Before there are so many nothing is. @default 2 */
  readonly snapshots?: number;
  /** Bytes of all segments. */
  readonly bytes?: number;
  /** Time since a segment was left for the next, ms, by the wall clock. */
  readonly ageMs?: number;
  /** Number of segments. */
  readonly segments?: number;
}

/** How many of the oldest segments may go: those before `needed` (the oldest record that recovery wants) that break a bound. */
export function removable(segments: readonly Segment[], needed: number, retention: Retention, now: number): number {
  const { bytes = Number.POSITIVE_INFINITY, segments: most = Number.POSITIVE_INFINITY, ageMs } = retention;
  let total = segments.reduce((sum, { file }) => sum + fs.statSync(file).size, 0);
  let count = 0;
  // A clock that went back makes nothing older.
  let left = 0;
  while (count + 1 < segments.length) {
    const next = segments[count + 1] as Segment;
    // Its last record is the one before the next segment's first.
    if (next.header.first > needed) break;
    left = Math.max(left, (segments[count] as Segment).header.createdAt, next.header.createdAt);
    const old = ageMs !== undefined && now - left > ageMs;
    if (!old && total <= bytes && segments.length - count <= most) break;
    total -= fs.statSync((segments[count] as Segment).file).size;
    count++;
  }
  return count;
}
