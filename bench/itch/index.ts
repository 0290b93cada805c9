import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Agreement } from '../agreement';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';
import { itchFile } from './itch-file';

const MESSAGES = 10_000_000;
const REPEATS = 5;
const GOAL = 5_000_000;

/** A file of ten million messages: read field by field, and once recorded and replayed to the same hash. */
export async function itchBenchmark(directory: string, floors: Floors): Promise<BenchResult> {
  const program = bundle(path.join(installationRoot(), 'bench/itch/program.ts'), directory);
  const floor = floors.program('itch', 'the same in C');
  const file = path.join(directory, 'itch');
  const recording = path.join(directory, 'recording');
  itchFile(file, MESSAGES);
  const fields = new Agreement();
  try {
    const result = await interleave({
      name: 'ITCH, a file of 10 M messages read field by field',
      unit: 'messages/s',
      repeats: REPEATS,
      sides: {
        platform: fields.side(process.execPath, program, 'decode', file),
        'DataView and objects': fields.side(process.execPath, program, 'decode-naively', file),
        'the same in C': typeof floor === 'string' ? fields.side(floor, file) : floor,
      },
      ratios: [
        { of: ['platform', 'DataView and objects'], better: 'higher' },
        { of: ['platform', 'the same in C'], better: 'higher' },
      ],
      goals: [{ figure: 'platform', better: 'higher', goal: GOAL }],
    });
    const [, [steps, hash, resting, books]] = figuresOf(process.execPath, [program, 'record', file, recording]) as [
      number[],
      [number, number, number, number],
    ];
    return {
      ...result,
      note: `adds, executions, deletes of 500 symbols; the sums of each field agree. Recorded, ${steps} events with hash ${hash} and ${resting} resting orders with hash ${books}; the replay of the recording has the same`,
    };
  } finally {
    for (const one of [file, recording]) fs.rmSync(one, { force: true });
  }
}
