import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openHub } from '@nautilus/core/transport';
import { bundle, run } from '../child-process';
import { useHubs } from './scratch';
import { startRingAt } from './start-ring-at';
import { tortureTopic } from './torture-topic';

jest.setTimeout(120_000);
const memory = useHubs();

/** Runs one end until it has finished by itself, killing it a few times at random moments on the way. Returns how often it was killed. */
async function runWithKills(program: string, args: readonly string[], kills: number): Promise<number> {
  for (let killed = 0; ; killed++) {
    const end = run(program, args);
    if (killed < kills) {
      const first = await Promise.race([end.ended, delay(100 + Math.random() * 150)]);
      if (first === 0) return killed;
      end.process.kill('SIGKILL');
      if ((await end.ended) === 0) return killed;
    } else {
      await end.ended;
      return killed;
    }
  }
}

function readSequences(file: string): Int32Array {
  const bytes = fs.readFileSync(file);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
}

test.each([
  ['by-hand', 400_000, 4096, 2 ** 31 - 100_000],
  ['automatic', 120_000, 256, 2 ** 32 - 30_000],
] as const)('a reader that acknowledges %s gets every message whole and in order, though both ends are killed again and again and cursors wrap around', async (mode, total, mayRepeat, start) => {
  const program = bundle(path.join(__dirname, 'torture-child.ts'), memory.directory());
  const output = path.join(memory.directory(), 'output');
  const directory = path.join(memory.directory(), 'rings');
  const hub = openHub({ directory });
  hub.publish(tortureTopic);
  hub.close();
  startRingAt(path.join(directory, 'test.torture.ring'), start);
  // Registered before the writer begins: its first message is the first one.
  const first = openHub({ directory });
  first.subscribe(tortureTopic, { name: 'torture', reliable: true });
  first.close();

  const args = [directory, String(total), output];
  const kills = await Promise.all([
    runWithKills(program, ['writer', ...args], 5),
    runWithKills(program, [mode, ...args], 5),
  ]);
  expect(Math.min(...kills)).toBeGreaterThan(0);

  let highest = 0;
  let repeats = 0;
  for (const sequence of readSequences(output)) {
    if (sequence > highest + 1) throw new Error(`lost: ${sequence} follows ${highest}`);
    if (sequence === highest + 1) highest = sequence;
    else repeats++;
  }
  expect(highest).toBe(total);
  // What comes twice is what was recorded between two stores of the cursor when the reader was killed.
  expect(repeats).toBeLessThanOrEqual(kills[1] * mayRepeat);
});
