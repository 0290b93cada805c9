import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import { figuresOf } from '../harness/program';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';

const FEW = ['10', '10'];
const MANY = ['10000', '50'];

/** What a fill, a tick and the margin of all accounts cost in the books of a small desk and of a large one. */
export async function booksBenchmark(directory: string): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/books/program.ts'), directory);
  const figure = (size: readonly string[], column: number) => () =>
    figuresOf(process.execPath, [program, ...size])[0]![column]!;
  const few = 'platform, 100 positions';
  const many = 'platform, 500 k positions';
  return [
    await interleave({
      name: 'books, a fill into ledger, position and lots',
      unit: 'ns/fill',
      repeats: 5,
      sides: { [few]: figure(FEW, 0), [many]: figure(MANY, 0) },
      goals: [
        { figure: few, better: 'lower', goal: 1000 },
        { figure: many, better: 'lower', goal: 1000 },
      ],
      note: 'five lines of the ledger, both cost rules, random accounts and symbols: with 500 k positions each fill is somewhere else in memory',
    }),
    await interleave({
      name: 'books, margin of 10 k accounts with 500 k positions from nothing',
      unit: 'ms',
      repeats: 5,
      sides: { platform: figure(MANY, 1) },
      goals: [{ figure: 'platform', better: 'lower', goal: 50 }],
    }),
    await interleave({
      name: 'books, a tick of a symbol that ten accounts hold, their margin with it',
      unit: 'ns/tick',
      repeats: 5,
      sides: { [few]: figure(FEW, 2), [many]: figure(MANY, 2) },
      ratios: [{ of: [many, few], better: 'lower', goal: 1.5 }],
    }),
  ];
}
