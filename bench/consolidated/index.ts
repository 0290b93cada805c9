import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Agreement } from '../agreement';
import { bundle } from '../bundle';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';
import { ThroughEngine } from './through-engine';

const TICKS = { all: 1_000_000, active: 2_000_000, engine: 1_000_000 };
const REPEATS = 5;

/** Ticks into the books of many symbols at three venues, and the best of all venues read as the engine reads it. */
export async function consolidatedBenchmark(directory: string): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/consolidated/program.ts'), directory);
  const sides = (agreement: Agreement, symbols: number, active: number, ticks: number) => {
    const side = (name: string) =>
      agreement.side(process.execPath, program, name, String(symbols), String(active), String(ticks));
    return { platform: side('platform'), naive: side('naive') };
  };
  const all = sides(new Agreement(), 500, 500, TICKS.all);
  // Idle symbols change no quote of the others.
  const active = new Agreement();
  return [
    await interleave({
      name: 'consolidated book of 500 symbols at three venues',
      unit: 'ticks/s',
      repeats: REPEATS,
      sides: { platform: all.platform, 'maps and objects': all.naive },
      ratios: [{ of: ['platform', 'maps and objects'], better: 'higher' }],
      goals: [{ figure: 'platform', better: 'higher', goal: 1_000_000 }],
      note: 'after every 64 ticks the best prices and quantities of the symbols that moved are read; all that was read agrees',
    }),
    await interleave({
      name: 'consolidated book, ten symbols that move among idle ones',
      unit: 'ticks/s',
      repeats: REPEATS,
      sides: {
        '10 of 500': sides(active, 500, 10, TICKS.active).platform,
        '10 of 10': sides(active, 10, 10, TICKS.active).platform,
      },
      ratios: [{ of: ['10 of 500', '10 of 10'], better: 'higher', goal: 0.83 }],
      note: 'the idle ones have books with a hundred orders each; goal: a tick costs at most 1.2 times as much among them',
    }),
  ];
}

/** The same market through the engine as a process. */
export async function marketDataBenchmark(directory: string): Promise<BenchResult> {
  const engine = new ThroughEngine(directory, TICKS.engine);
  try {
    return await interleave({
      name: 'market data engine, 500 symbols from a recording to a reader in another process',
      unit: 'ticks/s',
      repeats: REPEATS,
      sides: { engine: engine.measure },
      goals: [{ figure: 'engine', better: 'higher', goal: 1_000_000 }],
      note: 'decoded, into the books, trades and bars made, quotes written, events over the ring; half a million ticks before the first that counts',
    });
  } finally {
    engine.remove();
  }
}
