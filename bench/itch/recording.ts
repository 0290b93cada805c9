import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { type Spread, spread } from '@nautilus/core/measure';
import { Agreement } from '../agreement';
import { bundle } from '../bundle';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import type { BenchResult } from '../result';
import { itchFile } from './itch-file';

const MESSAGES = 2_000_000;
const REPEATS = 5;

/** ITCH messages with the orders followed that they speak of, and recorded and replayed through the books of three venues. */
export async function recordingBenchmark(directory: string): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/itch/program.ts'), directory);
  const file = path.join(directory, 'itch');
  const recording = path.join(directory, 'recording');
  itchFile(file, MESSAGES);
  const orders = new Agreement();
  const bytes: Record<string, Spread> = { ITCH: spread([fs.statSync(file).size / MESSAGES]) };
  const thereAndBack =
    (name: string, ...args: string[]): Measure =>
    () => {
      const [there, back, size] = figuresOf(process.execPath, [program, ...args])[0] as [number, number, number];
      bytes[name] = spread([size]);
      return { there, back };
    };
  try {
    return [
      await interleave({
        name: 'ITCH, 2 M messages with their orders followed, each message checked',
        unit: 'messages/s',
        repeats: REPEATS,
        sides: {
          platform: orders.side(process.execPath, program, 'follow', file),
          'map of objects': orders.side(process.execPath, program, 'follow-naively', file),
        },
        ratios: [{ of: ['platform', 'map of objects'], better: 'higher' }],
        note: 'steps as the engine publishes them; their hashes agree',
      }),
      await interleave({
        name: 'recording, 2 M ITCH messages into books and a recording, and back into books',
        unit: 'events/s',
        repeats: REPEATS,
        sides: {
          recording: thereAndBack('recording', 'record', file, recording),
          'deflate alone': thereAndBack('ITCH, deflated', 'deflate', file, String(MESSAGES)),
        },
        note: 'the hashes of steps and of resting orders agree; deflate packs and unpacks the bytes of the file and reads none of them',
      }),
      {
        name: 'recording, what an event takes',
        unit: 'bytes',
        repeats: 1,
        figures: bytes,
        ratios: [],
        absent: [],
      },
    ];
  } finally {
    for (const one of [file, recording]) fs.rmSync(one, { force: true });
  }
}
