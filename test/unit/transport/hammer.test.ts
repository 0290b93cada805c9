import path from 'node:path';
import { bundle, run } from '../child-process';
import { useHubs } from './scratch';
import { checkOf, hammerTable, hammerTopic } from './torture-topic';

jest.setTimeout(60_000);
const memory = useHubs();

const isWhole = (v: { sequence: number; a: number; b: number; check: number }) =>
  v.sequence === 0 || v.check === checkOf(v.sequence, v.a, v.b);

test('under a writer that never pauses no row and no message is torn, and every message is read or counted as missed', async () => {
  const count = 1_000_000;
  const program = bundle(path.join(__dirname, 'hammer-child.ts'), memory.directory());
  const table = memory.hub().openTable(hammerTable);
  const subscription = memory.hub().subscribe(hammerTopic, { name: 'a', from: 'oldest' });
  const writer = run(program, [memory.directory(), String(count)]);
  let ended = false;
  void writer.ended.finally(() => {
    ended = true;
  });

  let torn = 0;
  let backwards = 0;
  let highestRow = 0;
  let read = 0;
  let sequence = 0;
  const look = () => {
    const row = table.read(0);
    if (!isWhole(row)) torn++;
    if (row.sequence < highestRow) backwards++;
    highestRow = row.sequence;
    read += subscription.poll((message) => {
      if (!isWhole(message)) torn++;
      if (message.sequence <= sequence) backwards++;
      sequence = message.sequence;
    });
  };
  while (!ended) {
    for (let i = 0; i < 10_000; i++) look();
    await new Promise(setImmediate);
  }
  await writer.ended;
  look();
  expect({ torn, backwards }).toEqual({ torn: 0, backwards: 0 });
  expect(read + subscription.missed).toBe(count);
  expect(highestRow).toBe(count);
});
