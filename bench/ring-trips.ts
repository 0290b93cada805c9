import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openTrips } from '@nautilus/core/measure';

/** Round trips in ms between this process and an echo over two rings, both ends polling without a pause. */
export async function ringTrips(count: number, directory: string, echo: () => ChildProcess): Promise<Float64Array> {
  const rings = openTrips(directory);
  try {
    const other = echo();
    const ended = once(other, 'exit');
    while (!rings.hasEcho()) {
      if (other.exitCode !== null) throw new Error(`the echo process ended with ${other.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const trips = rings.measure(count);
    rings.end();
    await ended;
    return trips;
  } finally {
    rings.close();
  }
}

/** Starts the echo of `bench/hop/echo.ts` from its bundle; what it writes to standard error is shown. */
export const startEcho = (program: string, modules: string, kind: 'ring' | 'socket', place: string): ChildProcess =>
  spawn(process.execPath, [program, kind, place], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_PATH: modules },
  });

export type Percentiles = Readonly<Record<'p50' | 'p99', number>>;

/** Of the second half of the trips, given in ms; the first half warms up. `unit`: how many of the result's unit are in a millisecond. */
export function percentiles(trips: Float64Array, unit: number): Percentiles {
  const sorted = trips.slice(trips.length >> 1).sort();
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] as number) * unit;
  return { p50: at(0.5), p99: at(0.99) };
}
