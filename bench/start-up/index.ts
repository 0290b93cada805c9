import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import { OmsProcess } from '../order-to-ack/oms-process';
import type { BenchResult } from '../result';

/** From the start of a process to an order system that polls and answers: recovery of an empty journal, rings, routes, port. */
export async function startUpBenchmark(scratch: string): Promise<BenchResult> {
  const root = installationRoot();
  const program = bundle(path.join(root, 'engines/oms/main.ts'), scratch);
  const launcher = path.join(scratch, 'start-up.js');
  const compiled = path.join(scratch, 'compiled');
  const launch = `require(${JSON.stringify(path.join(root, 'bin/compiled.js'))}).runCompiled`;
  fs.writeFileSync(launcher, `${launch}(${JSON.stringify(program)}, ${JSON.stringify(compiled)});\n`);
  let run = 0;
  const start = async () => {
    const directory = path.join(scratch, `start-up-${run++}`);
    const begun = performance.now();
    const oms = await OmsProcess.start(
      launcher,
      { directory, journal: path.join(directory, 'journal') },
      'batched',
      path.join(root, 'node_modules'),
    );
    const ms = performance.now() - begun;
    await oms.stop();
    fs.rmSync(directory, { recursive: true });
    return ms;
  };
  return interleave({
    name: 'start-up of the order system',
    unit: 'ms',
    sides: {
      'nothing compiled': () => {
        fs.rmSync(compiled, { recursive: true, force: true });
        return start();
      },
      compiled: async () => {
        if (!fs.existsSync(compiled)) await start();
        return start();
      },
      'bare Node': () => {
        const begun = performance.now();
        spawnSync(process.execPath, ['-e', '0']);
        return performance.now() - begun;
      },
    },
    goals: [{ figure: 'compiled', better: 'lower', goal: 150 }],
    note: 'until its log says that it runs; compiled: with what V8 kept of an earlier start, as `bin/engine.js` starts engines',
  });
}
