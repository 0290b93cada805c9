import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bundle, run } from '../child-process';
import { crashPayload } from './crash-payload';
import { useJournals } from './scratch';

jest.setTimeout(120_000);
const journals = useJournals();

test.each([
  'memory',
  'batched',
  'always',
])('a process that is killed again and again in %s mode has every record that it reported durable', async (durability) => {
  const program = bundle(path.join(__dirname, 'crash-child.ts'), journals.directory());
  let reported = 0;
  for (let kill = 0; kill < 5; kill++) {
    const child = run(program, [journals.directory(), durability], 'pipe');
    let said = '';
    child.process.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    while (said.split('\n').length < 4) await delay(5);
    await delay(Math.random() * 100);
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    const lines = said.split('\n').slice(0, -1).map(Number);
    expect(lines[0]).toBeGreaterThanOrEqual(reported);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    reported = lines.at(-1) as number;
  }
  const journal = journals.open('crash', 'memory');
  expect(journal.durable).toBeGreaterThanOrEqual(reported);
  let expected = 1;
  journal.read(1, (record, data) => {
    if (record !== expected++ || Buffer.compare(data, crashPayload(record)) !== 0)
      throw new Error(`record ${record} is wrong`);
  });
  expect(expected - 1).toBe(journal.durable);
});
