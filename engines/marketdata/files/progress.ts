/** Hears now and then how far a long walk is: events so far, and the market time of the last one. */
export type Progress = (events: number, timeNs: number) => void;

const EVERY_EVENTS = 1 << 16;
const EVERY_MS = 1000;

/** Passes on one call a second at most, none in the first. */
export function paced(progress: Progress | undefined): Progress {
  let due = Date.now() + EVERY_MS;
  return (events, timeNs) => {
    if (events % EVERY_EVENTS !== 0 || Date.now() < due) return;
    due = Date.now() + EVERY_MS;
    progress?.(events, timeNs);
  };
}
