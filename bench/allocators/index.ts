import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import type { Absent, BenchResult } from '../result';
import { allocationTrace } from './trace';

const STEPS = 2_000_000;
/** Rounds of which the last is measured: V8 compiles the loop again in the first ones. */
const ROUNDS = 9;

/** Where distributions keep mimalloc's library. */
const mimallocs = [
  '/usr/lib/x86_64-linux-gnu/libmimalloc.so.2',
  '/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0',
  '/usr/lib/aarch64-linux-gnu/libmimalloc.so.2',
  '/usr/lib/aarch64-linux-gnu/libmimalloc.so.2.0',
  '/opt/homebrew/lib/libmimalloc.dylib',
];

/** The memory strategies beside malloc, mimalloc and Node's own buffers. */
export async function allocatorsBenchmark(directory: string, floors: Floors): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/allocators/program.ts'), directory);
  const trace = path.join(directory, 'trace.bin');
  fs.writeFileSync(trace, new Uint8Array(allocationTrace(STEPS).buffer));
  const strategy =
    (name: string): Measure =>
    () =>
      figuresOf(process.execPath, [program, name, trace, String(ROUNDS)])[0]![0]!;
  const floor = floors.program('allocate', 'malloc');
  const inC = (env: NodeJS.ProcessEnv): Measure | Absent =>
    typeof floor === 'string' ? () => figuresOf(floor, [trace, String(ROUNDS)], env)[0]![0]! : floor;
  return [
    await interleave({
      name: 'allocate and free, mixed 64 B to 4 KB',
      unit: 'ns',
      sides: {
        slab: strategy('slab'),
        buddy: strategy('buddy'),
        'best fit (TLSF)': strategy('best-fit'),
        'first fit': strategy('first-fit'),
        malloc: inC({}),
        mimalloc: mimalloc(inC),
        'Buffer.allocUnsafe': strategy('Buffer.allocUnsafe'),
      },
      ratios: [
        { of: ['slab', 'mimalloc'], better: 'lower', goal: 1.3 },
        { of: ['slab', 'malloc'], better: 'lower' },
        { of: ['Buffer.allocUnsafe', 'slab'], better: 'higher', goal: 10 },
        { of: ['buddy', 'slab'], better: 'lower', goal: 2 },
        { of: ['best fit (TLSF)', 'slab'], better: 'lower', goal: 2 },
      ],
      note: `${STEPS} operations, about 20,000 blocks live; each block is written to`,
    }),
    await interleave({
      name: 'take and give back a block of 64 B',
      unit: 'ns',
      sides: {
        'fixed pool': strategy('fixed-pool'),
        stack: strategy('stack'),
        'lock-free slab': strategy('shared-slab'),
      },
      ratios: [{ of: ['lock-free slab', 'fixed pool'], better: 'lower' }],
      note: 'groups of a hundred; goal of fixed pool and stack: at most 4 ns',
    }),
  ];
}

function mimalloc(inC: (env: NodeJS.ProcessEnv) => Measure | Absent): Measure | Absent {
  const library = mimallocs.find((file) => fs.existsSync(file));
  if (library === undefined)
    return {
      side: 'mimalloc',
      reason: 'its library is not installed (Debian: libmimalloc2.0, macOS: brew install mimalloc)',
    };
  return inC(process.platform === 'darwin' ? { DYLD_INSERT_LIBRARIES: library } : { LD_PRELOAD: library });
}
