import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import { portableFlow } from '../portable-flow/flow';
import type { BenchResult } from '../result';
import { percentiles, ringTrips, startEcho } from '../ring-trips';
import { Client, type Counts } from './client';

const COMMANDS = 2_000_000;
const POPULATION = 2000;
/** Times that the flow is streamed, of which the last is measured. */
const ROUNDS = 4;
const TRIPS = 200_000;
/** Of the whole flow, by which every book is judged. */
const EXPECTED: Counts = { trades: 270_001, rejects: 165_290, filled: 5_731_672, live: 3_317 };

/** Nanoseconds in a millisecond. */
const NANOSECONDS = 1e6;

/**
 * An order and its answer over two processes, built of the core's libraries: ring, journal in memory mode, limits, book, ring. One at a
 * time beside the bare rings, then all of the flow as fast as it goes.
 */
export async function orderPathBenchmark(scratch: string): Promise<BenchResult[]> {
  const root = installationRoot();
  const modules = path.join(root, 'node_modules');
  const memory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-path-'));
  const flow = portableFlow(COMMANDS, POPULATION);
  const children = new Set<ChildProcess>();
  let run = 0;
  const place = () => path.join(memory, `run-${run++}`);
  try {
    const venue = bundle(path.join(root, 'bench/order-path/venue.ts'), memory);
    const echo = bundle(path.join(root, 'bench/hop/echo.ts'), memory);
    const withVenue = async <T>(measure: (client: Client) => T): Promise<T> => {
      const directory = place();
      const client = new Client(directory, flow);
      const child = spawn(process.execPath, [venue, directory, path.join(scratch, path.basename(directory))], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, NODE_PATH: modules },
      });
      children.add(child);
      const ended = once(child, 'exit');
      while (!client.hasVenue()) {
        if (child.exitCode !== null) throw new Error(`the venue ended with ${child.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      try {
        return measure(client);
      } finally {
        client.close();
        await ended;
        children.delete(child);
        fs.rmSync(directory, { recursive: true, force: true });
      }
    };
    return [
      await interleave({
        name: 'order to acknowledgement over the core: ring, journal, limits, book, ring',
        unit: 'ns',
        sides: {
          order: () => withVenue((client) => percentiles(client.trips(TRIPS), NANOSECONDS)),
          'bare rings': async () => {
            const rings = place();
            return percentiles(
              await ringTrips(TRIPS, rings, () => startEcho(echo, modules, 'ring', rings)),
              NANOSECONDS,
            );
          },
        },
        ratios: [{ of: ['order p50', 'bare rings p50'], better: 'lower' }],
        goals: [
          { figure: 'order p50', better: 'lower', goal: 1000 },
          { figure: 'order p99', better: 'lower', goal: 2000 },
        ],
        note: 'round trips of one command at a time; both processes poll without a pause',
      }),
      await interleave({
        name: 'orders acknowledged over the core, streamed',
        unit: 'orders/s',
        sides: {
          order: () =>
            withVenue((client) => {
              for (let round = 1; ; round++) {
                const { perSecond, counts } = client.stream();
                expectCounts(counts);
                if (round === ROUNDS) return perSecond;
              }
            }),
        },
        goals: [{ figure: 'order', better: 'higher', goal: 10e6 }],
        note: `${COMMANDS} commands of the portable flow, streamed for the ${ROUNDS}th time; the answers add up to its trades, rejects, filled and live`,
      }),
    ];
  } finally {
    for (const child of children) child.kill('SIGKILL');
    fs.rmSync(memory, { recursive: true, force: true });
  }
}

function expectCounts(counts: Counts): void {
  const [answered, expected] = [counts, EXPECTED].map((one) => JSON.stringify(one));
  if (answered !== expected) throw new Error(`the answers add up to ${answered} instead of ${expected}`);
}
