import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Agreement } from '../agreement';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';

const ORDERS = 1_000_000;
const GOAL_MS = 2000;

/** A million orders, each filled once: how long the order system's state takes to come back. */
export async function recoveryBenchmark(directory: string): Promise<BenchResult> {
  const program = bundle(path.join(installationRoot(), 'bench/recovery/program.ts'), directory);
  const place = path.join(directory, 'recovery');
  const env = { ...process.env, NODE_PATH: path.join(installationRoot(), 'node_modules') };
  execFileSync(process.execPath, [program, 'write', place, String(ORDERS)], { env, stdio: 'inherit' });
  const states = new Agreement();
  const side = (mode: string, of: Agreement) => of.side(process.execPath, program, mode, place);
  try {
    return await interleave({
      name: 'recovery of 1 M orders, each filled once',
      unit: 'ms',
      repeats: 5,
      sides: {
        'from the snapshot': side('snapshot', states),
        'from the journal alone': side('journal', states),
        'records read and checksums compared': side('read', new Agreement()),
      },
      ratios: [{ of: ['from the journal alone', 'records read and checksums compared'], better: 'lower' }],
      goals: ['from the snapshot', 'from the journal alone'].map((figure) => ({
        figure,
        better: 'lower',
        goal: GOAL_MS,
      })),
      note: 'from opening the journal until the state is there; both ways bring back the same state',
    });
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}
