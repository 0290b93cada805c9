import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Agreement } from '../agreement';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';

/** What an order's check against its account's limits costs on the path of the order system. */
export async function riskCheckBenchmark(directory: string): Promise<BenchResult> {
  const program = bundle(path.join(installationRoot(), 'bench/risk-check/program.ts'), directory);
  const memory = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'nautilus-checks-'));
  const sides = (accounts: number) => {
    const agreement = new Agreement();
    const side = (mode: string, of = agreement) => of.side(process.execPath, program, mode, String(accounts), memory);
    return { check: side('check'), naive: side('naive'), empty: side('empty', new Agreement()) };
  };
  const few = sides(10);
  const many = sides(1000);
  try {
    return await interleave({
      name: 'pre-trade check of an order on the path',
      unit: 'ns',
      repeats: 5,
      sides: {
        '10 accounts': few.check,
        '1,000 accounts': many.check,
        'objects in maps, 10 accounts': few.naive,
        'objects in maps, 1,000 accounts': many.naive,
        'no check': many.empty,
      },
      ratios: [
        { of: ['1,000 accounts', '10 accounts'], better: 'lower', goal: 1.5 },
        { of: ['1,000 accounts', 'objects in maps, 1,000 accounts'], better: 'lower' },
      ],
      goals: ['10 accounts', '1,000 accounts'].map((figure) => ({ figure, better: 'lower', goal: 500 })),
      note: 'limits and quotes in shared memory, all checks from the form of the order to the order rate; each side writes the order into the record and reads the clock, which is what `no check` costs; how many orders each limit refused agrees',
    });
  } finally {
    fs.rmSync(memory, { recursive: true, force: true });
  }
}
