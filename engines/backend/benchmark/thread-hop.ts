import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { MESSAGE_BYTES, openTrips } from '@nautilus/core/measure';
import { measurement, repeat } from './measurement';
import type { Measurement } from './result';
import { type Task, threadHeap } from './task';

const ROUNDS = 9;
const TRIPS = 2_000;
/** A round that gets no processor ends with what it has. */
const ROUND_MS = 200;
/** Milliseconds of a round trip to nanoseconds one way. */
const ONE_WAY_NS = 1e6 / 2;

/** Median of half a round trip between two threads over the rings that the engines use. Rejects when the other thread fails. */
export async function measureThreadHop(program: string, until: number): Promise<Measurement> {
  const directory = mkdtempSync(path.join(tmpdir(), 'nautilus-hop-'));
  const rings = openTrips(directory);
  const task: Task = { do: 'echo', directory };
  const echo = new Worker(program, { workerData: task, resourceLimits: threadHeap });
  const failed = new Promise<never>((_, reject) => echo.once('error', reject));
  failed.catch(() => {});
  try {
    while (!rings.hasEcho()) await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 2))]);
    const trips = () => rings.measure(TRIPS, ROUND_MS).sort();
    trips(); // the compiler has seen it by then
    return measurement(
      {
        name: 'hop between two threads',
        what: `half a round trip of ${MESSAGE_BYTES} bytes over two rings of shared memory, both threads polling; a round is the median of ${TRIPS} trips`,
        unit: 'ns',
      },
      repeat({ rounds: ROUNDS, until }, () => {
        const sorted = trips();
        return sorted[sorted.length >> 1]! * ONE_WAY_NS;
      }),
    );
  } finally {
    rings.end();
    rings.close();
    await echo.terminate();
    rmSync(directory, { recursive: true, force: true });
  }
}
