import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { spread } from '@nautilus/core/measure';
import { bundle } from '../bundle';
import { findProgram } from '../harness/find-program';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import type { BenchResult } from '../result';
import { PostgresPeer } from './postgres';

const IN_FLIGHT = 1024;
/** 64 bytes and what the journal puts before them. */
const RECORD_BYTES = 88;
/** A slower side keeps fewer: a second or so each. */
const RECORDS = { journal: 1_000_000, sqlite: 400_000, postgres: 150_000 };
const REPEATS = 5;
const ORDERS = 300_000;

/** The journal with each record acknowledged when it is on the disk, beside the bare disk and two databases. */
export async function durableBenchmark(directory: string, floors: Floors): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/durable/program.ts'), directory);
  const floor = floors.program('durable', 'write and fdatasync in C');
  const python = findProgram('python3');
  const postgres = await PostgresPeer.start(directory);
  const latencies: Record<string, { p50: number; p99: number }[]> = {};
  let run = 0;
  const fresh = () => path.join(directory, `durable-${run++}`);
  /** A side that prints records a second, p50 and p99; the latter are kept for a table of their own. */
  const side =
    (name: string, measure: (place: string) => number[][]): Measure =>
    () => {
      const place = fresh();
      const [perSecond, p50, p99] = measure(place)[0] as [number, number, number];
      fs.rmSync(place, { recursive: true, force: true });
      (latencies[name] ??= []).push({ p50, p99 });
      return perSecond;
    };
  const journal = (name: 'journal' | 'encrypted') => (place: string) =>
    figuresOf(process.execPath, [program, name, place, String(RECORDS.journal)]);
  const sides = {
    journal: side('journal', journal('journal')),
    'journal, encrypted': side('journal, encrypted', journal('encrypted')),
    'write and fdatasync in C':
      typeof floor === 'string'
        ? side('write and fdatasync in C', (place) => {
            const commits = Math.ceil(RECORDS.journal / IN_FLIGHT);
            return figuresOf(floor, [place, String(IN_FLIGHT * RECORD_BYTES), String(commits), String(IN_FLIGHT)]);
          })
        : floor,
    SQLite:
      python === undefined
        ? { side: 'SQLite', reason: 'no python3 on the PATH, whose SQLite is measured' }
        : side('SQLite', (place) =>
            figuresOf(python, [
              path.join(installationRoot(), 'bench/durable/sqlite.py'),
              place,
              String(RECORDS.sqlite),
            ]),
          ),
    PostgreSQL:
      postgres instanceof PostgresPeer
        ? side('PostgreSQL', (place) =>
            figuresOf(process.execPath, [program, 'postgres', place, String(RECORDS.postgres), ...postgres.access]),
          )
        : postgres,
  };
  try {
    const rates = await interleave({
      name: 'durable records',
      unit: 'records/s',
      repeats: REPEATS,
      sides,
      ratios: ['write and fdatasync in C', 'SQLite', 'PostgreSQL'].map((other) => ({
        of: ['journal', other],
        better: 'higher',
      })),
      note: `64 bytes, ${IN_FLIGHT} on their way, each acknowledged when it is on the disk; goal: at least 1,000,000 a second. SQLite: synchronous=FULL, WAL, transactions of ${IN_FLIGHT}; PostgreSQL: synchronous_commit=on, batches from two sessions`,
    });
    const figures = Object.entries(latencies).flatMap(([name, runs]) => [
      [`${name} p50`, spread(runs.map(({ p50 }) => p50))] as const,
      [`${name} p99`, spread(runs.map(({ p99 }) => p99))] as const,
    ]);
    return [
      rates,
      {
        name: 'durable records, from handing over to knowing',
        unit: 'ms',
        repeats: REPEATS,
        figures: Object.fromEntries(figures),
        ratios: [],
        absent: [],
        note: 'of the same runs; goal: p50 of the journal at most 1 ms',
      },
      await snapshotBenchmark(directory),
    ];
  } finally {
    if (postgres instanceof PostgresPeer) await postgres.stop();
  }
}

/** What a snapshot costs the order system, and what it saves at a start. */
function snapshotBenchmark(directory: string): Promise<BenchResult> {
  const program = bundle(path.join(installationRoot(), 'bench/durable/state.ts'), directory);
  return interleave({
    name: 'snapshot of the order system',
    unit: 'ms',
    repeats: REPEATS,
    sides: {
      snapshot: () => {
        const place = path.join(directory, 'state');
        const figures = figuresOf(process.execPath, [program, place, String(ORDERS)])[0] as number[];
        fs.rmSync(place, { recursive: true });
        const [pause, written, restored, folded] = figures as [number, number, number, number];
        return { pause, 'on the disk after': written, 'brought back in': restored, 'instead of folding for': folded };
      },
    },
    note: `${ORDERS} orders, each filled once; only the pause holds the engine up, and it waits until there is nothing else to do`,
  });
}
