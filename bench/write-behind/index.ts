import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { spread } from '@nautilus/core/measure';
import { bundle } from '../bundle';
import { PostgresPeer } from '../durable/postgres';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import { Client } from '../order-to-ack/client';
import { OmsProcess } from '../order-to-ack/oms-process';
import type { BenchResult } from '../result';

const ORDERS = 60_000;
const REPEATS = 5;
/** Orders whose answers are waited for while they are written behind. */
const LOAD = { orders: 20_000, perSecond: 10_000 };

/** The journal of the order system into PostgreSQL, beside the same rows by COPY alone and by INSERT. */
export async function writeBehindBenchmark(directory: string): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/write-behind/program.ts'), directory);
  const journal = path.join(directory, 'write-behind');
  figuresOf(process.execPath, [program, 'make', journal, String(ORDERS)]);
  const postgres = await PostgresPeer.start(directory);
  const turns: { p50: number; p99: number; longest: number }[] = [];
  const run = (side: string) =>
    figuresOf(process.execPath, [
      program,
      side,
      journal,
      ...(postgres instanceof PostgresPeer ? postgres.access : []),
    ])[0] as number[];
  const side = (name: string, look: (figures: number[]) => void = () => undefined): Measure => {
    return () => {
      const figures = run(name);
      look(figures);
      return figures[0] as number;
    };
  };
  const here = (measure: Measure) => (postgres instanceof PostgresPeer ? measure : postgres);
  try {
    const rates = await interleave({
      name: 'write-behind into PostgreSQL',
      unit: 'rows/s',
      repeats: REPEATS,
      sides: {
        'journal to rows': here(
          side('behind', ([, p50 = 0, p99 = 0, longest = 0]) => turns.push({ p50, p99, longest })),
        ),
        'COPY alone': here(side('copy')),
        'INSERT, 500 rows each': here(side('inserts')),
        'INSERT, one row each': here(side('each')),
      },
      ratios: ['COPY alone', 'INSERT, 500 rows each', 'INSERT, one row each'].map((other) => ({
        of: ['journal to rows', other] as const,
        better: 'higher' as const,
      })),
      goals: [{ figure: 'journal to rows', better: 'higher', goal: 150_000 }],
      note: `${ORDERS} orders, each with three changes and a fill: read from the journal, folded, written with their progress; COPY alone has the same bytes ready and puts orders in as they come; INSERT: events only, prepared, 500 rows a transaction`,
    });
    const turnsOf = (what: 'p50' | 'p99' | 'longest') => spread(turns.map((turn) => turn[what]));
    const loop: BenchResult = {
      name: 'turn of the event loop while it is written behind',
      unit: 'µs',
      repeats: REPEATS,
      figures: turns.length === 0 ? {} : { p50: turnsOf('p50'), p99: turnsOf('p99'), longest: turnsOf('longest') },
      ratios: [],
      absent: [],
      note: 'of the same runs: how long an order may wait for the engine to look at it',
    };
    const beside = await interleave({
      name: `order to acknowledgement, ${LOAD.perSecond.toLocaleString('en-US')} orders a second`,
      unit: 'µs',
      repeats: REPEATS,
      sides: {
        'no database': () => acknowledged(directory, undefined),
        'written behind': here(() => acknowledged(directory, postgres as PostgresPeer)),
      },
      ratios: [{ of: ['written behind p99', 'no database p99'], better: 'lower' }],
      note: 'journal in memory; client, order system and database share the cores: on two of them the database takes its time from the other two',
    });
    return [rates, loop, beside];
  } finally {
    if (postgres instanceof PostgresPeer) await postgres.stop();
  }
}

let run = 0;

/** Percentiles of an order system's answers, in microseconds, each from when its order was to be sent. */
async function acknowledged(directory: string, peer: PostgresPeer | undefined): Promise<Record<string, number>> {
  const root = installationRoot();
  const place = path.join(directory, `behind-${run++}`);
  const [host, port, user, database, passwordFile] = peer?.access ?? [];
  const postgres = peer && { host, port: Number(port), user, database, passwordFile };
  const oms = await OmsProcess.start(
    bundle(path.join(root, 'engines/oms/main.ts'), directory),
    { directory: place, journal: path.join(place, 'journal') },
    'memory',
    path.join(root, 'node_modules'),
    { poll: 'yield', postgres },
  );
  const client = new Client(path.join(place, 'rings'));
  try {
    client.openLoad(LOAD.orders, LOAD.perSecond);
    const answers = client.openLoad(LOAD.orders, LOAD.perSecond);
    const at = (percentile: number) => answers.getValueAtPercentile(percentile) / 1e3;
    return { p50: at(50), p99: at(99), 'p99.9': at(99.9) };
  } finally {
    await oms.stop();
    client.close();
  }
}
