import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import { LineProcess } from '../line-process';
import { OmsProcess } from '../order-to-ack/oms-process';
import type { BenchResult } from '../result';
import type { Place } from './place';

const REPEATS = 5;
/** The first of these warm up, the last is measured. */
const ROUNDS = [100_000, 200_000, 400_000];
const IN_FLIGHT = 4096;

/** Orders a second of the last round. */
async function lastRound(desk: LineProcess): Promise<number> {
  await desk.line();
  let perSecond = 0;
  for (const orders of ROUNDS) perSecond = Number(await desk.ask(`${orders} ${IN_FLIGHT}`));
  return perSecond;
}

/**
 * Orders from a client over shared memory through order system, limits, journal, execution, the simulated venue's book, fills, back to
 * the order system and into the positions: two processes on two cores, the order system in one of them, all else in the other. Beside it
 * the same rings with nothing between them: what two cores can hand on.
 */
export async function pipelineBenchmark(scratch: string): Promise<BenchResult> {
  const root = installationRoot();
  const modules = path.join(root, 'node_modules');
  const memory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-pipe-'));
  let run = 0;
  try {
    const oms = bundle(path.join(root, 'engines/oms/main.ts'), memory);
    const desk = bundle(path.join(root, 'bench/pipeline/desk.ts'), memory);
    const rings = bundle(path.join(root, 'bench/pipeline/rings.ts'), memory);
    return await interleave({
      name: 'orders through OMS, limits, venue, fills and positions',
      unit: 'orders/s',
      repeats: REPEATS,
      sides: {
        'journals batched': async () => {
          const directory = path.join(memory, `run-${run}`);
          const data = path.join(scratch, `pipeline-${run++}`);
          const system = await OmsProcess.start(oms, { directory, journal: path.join(data, 'oms') }, 'memory', modules);
          const file = path.join(directory, 'desk.json');
          fs.writeFileSync(file, JSON.stringify({ rings: path.join(directory, 'rings'), data } satisfies Place));
          const others = new LineProcess(desk, [file]);
          try {
            return await lastRound(others);
          } finally {
            await others.stop();
            await system.stop();
            fs.rmSync(data, { recursive: true, force: true });
          }
        },
        'bare rings': async () => {
          const directory = path.join(memory, `rings-${run++}`);
          fs.mkdirSync(directory);
          const system = new LineProcess(rings, [directory, 'order-system']);
          await system.line();
          const others = new LineProcess(rings, [directory, 'desk']);
          try {
            return await lastRound(others);
          } finally {
            await others.stop();
            await system.stop();
            fs.rmSync(directory, { recursive: true, force: true });
          }
        },
      },
      ratios: [{ of: ['journals batched', 'bare rings'], better: 'higher' }],
      goals: [{ figure: 'journals batched', better: 'higher', goal: 500_000 }],
      note: `${ROUNDS.at(-1)} orders, at most ${IN_FLIGHT} of them unanswered; each is filled at once; from the first entry until the last fill is in the positions`,
    });
  } finally {
    fs.rmSync(memory, { recursive: true, force: true });
  }
}
