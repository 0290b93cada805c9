import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openHub } from '@nautilus/core/transport';
import { bundle, type Run, run } from '../child-process';
import { useHubs } from './scratch';
import { startRingAt } from './start-ring-at';
import { controlTable, type Policy, tortureTopics } from './torture-topic';

jest.setTimeout(600_000);
const memory = useHubs();

/** Of each policy: more than a hundred together. */
const RUNS = 34 * Number(process.env.NAUTILUS_SOAK ?? 1);
/** Where rings begin: some at zero, some so that the low word of a position, or its highest bit, turns over during the run. */
const STARTS = [0, 2 ** 31 - 2000, 2 ** 32 - 2000, 3 * 2 ** 31 - 2000];
const VICTIMS = [['writer'], ['reader'], ['writer', 'reader']] as const;
/** What may come twice after the reader was killed: a whole poll, or what it read since it stored its cursor. */
const REPEATS = { manual: tortureTopics.block.capacity, automatic: 256 };
type Role = (typeof VICTIMS)[number][number];

interface End extends Run {
  readonly ready: Promise<void>;
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** One ring, one writer, one reader: one or both are killed at a random moment and started again; then both end by themselves. */
async function tortureOnce(program: string, policy: Policy, directory: string): Promise<Record<Role, number>> {
  const record = path.join(directory, 'record');
  const rings = path.join(directory, 'rings');
  const topic = tortureTopics[policy];
  const acknowledge = pick(['manual', 'automatic'] as const);
  const hub = openHub({ directory: rings });
  const control = hub.table(controlTable);
  hub.publish(topic).close();
  startRingAt(path.join(rings, `${topic.name}.ring`), pick(STARTS));
  // Registered before the writer begins: its first message is the first one.
  if (policy === 'block') hub.subscribe(topic, { name: 'torture', reliable: true }).close();

  const start = (role: Role): End => {
    const end = run(program, [role, policy, rings, record, acknowledge], 'pipe');
    const said = new Promise<void>((resolve) => end.process.stdout?.once('data', () => resolve()));
    return { ...end, ready: Promise.race([said, end.ended.then(() => {})]) };
  };
  const killed = { writer: 0, reader: 0 };
  const ends = { writer: start('writer'), reader: start('reader') };
  const bothReady = () => Promise.all([ends.writer.ready, ends.reader.ready]);
  try {
    await bothReady();
    await delay(Math.random() * 15);
    const victims = pick(VICTIMS);
    for (const role of victims) ends[role].process.kill('SIGKILL');
    for (const role of victims) {
      // An end that broke its promise has exited by itself: this rejects with what it said.
      if ((await ends[role].ended) === 'SIGKILL') killed[role]++;
      ends[role] = start(role);
    }
    await bothReady();
    control.write(0, (row) => {
      row.ending = 1;
    });
    await Promise.all([ends.writer.ended, ends.reader.ended]);
  } finally {
    for (const end of Object.values(ends)) end.process.kill('SIGKILL');
    await Promise.allSettled(Object.values(ends).map((end) => end.ended));
    hub.close();
  }
  if (policy === 'block') expectEverything(record, rings, REPEATS[acknowledge]);
  return killed;
}

/** Every message was recorded: each recorded range begins at most one after the highest so far, and not much before it. */
function expectEverything(record: string, rings: string, mayRepeat: number): void {
  const bytes = fs.readFileSync(record);
  const ranges = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~15)));
  let highest = (ranges[0] as number) - 1;
  for (let i = 0; i < ranges.length; i += 2) {
    const from = ranges[i] as number;
    if (from > highest + 1) throw new Error(`lost: ${from} follows ${highest}`);
    if (from <= highest - mayRepeat) throw new Error(`repeated: ${from} after ${highest}, more than ${mayRepeat}`);
    highest = Math.max(highest, ranges[i + 1] as number);
  }
  const hub = openHub({ directory: rings });
  expect(highest).toBe(hub.publish(tortureTopics.block).last()?.sequence);
  hub.close();
}

test.each([
  ['block', 'a reliable reader gets every message once it counts, whole and in order'],
  ['drop', 'a reader is told of every message that it did not get, and the writer never waits'],
  ['conflate', 'a reader gets the newest message of every key once, and the writer never waits'],
] as const)('%s: %s, though both ends pause and are killed at any moment', async (policy, _promise) => {
  const program = bundle(path.join(__dirname, 'torture-child.ts'), memory.directory());
  const kills = { writer: 0, reader: 0 };
  let left = RUNS;
  const lane = async () => {
    while (left-- > 0) {
      const directory = fs.mkdtempSync(path.join(memory.directory(), `${policy}-`));
      const killed = await tortureOnce(program, policy, directory);
      kills.writer += killed.writer;
      kills.reader += killed.reader;
      fs.rmSync(directory, { recursive: true });
    }
  };
  // Two at once: their processes disturb each other at moments of their own.
  await Promise.all([lane(), lane()]);
  process.stdout.write(
    `torture ${policy}: ${RUNS} runs, writer killed ${kills.writer} times, reader killed ${kills.reader} times\n`,
  );
  // Every run kills one end or both: whoever is killed was alive.
  expect(kills.writer + kills.reader).toBeGreaterThanOrEqual(RUNS);
  expect(Math.min(kills.writer, kills.reader)).toBeGreaterThan(0);
});
