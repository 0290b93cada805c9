import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Agreement } from '../agreement';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';

/** What a trade costs that stops wait for, among stops of another symbol. */
export function stopsBenchmark(directory: string): Promise<BenchResult> {
  const program = bundle(path.join(installationRoot(), 'bench/stops/program.ts'), directory);
  const triggered = new Agreement();
  const side = (mode: string, idle: number) => triggered.side(process.execPath, program, mode, String(idle));
  return interleave({
    name: 'stops, a trade in a symbol with twenty of them',
    unit: 'ns/trade',
    repeats: 5,
    sides: {
      'none elsewhere': side('platform', 0),
      '100,000 in another symbol': side('platform', 100_000),
      'a list, none elsewhere': side('naive', 0),
      'a list, 10,000 in another symbol': side('naive', 10_000),
    },
    ratios: [{ of: ['100,000 in another symbol', 'none elsewhere'], better: 'lower', goal: 1.2 }],
    note: 'one that is triggered is put back further away; the first triggered ones agree',
  });
}
