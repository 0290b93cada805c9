import path from 'node:path';
import { bundle, run } from '../child-process';
import { useJournals } from './scratch';

jest.setTimeout(60_000);
const journals = useJournals();

test.each([
  'journal',
  'encrypted',
])('the benchmark of a durable %s keeps every record of a full pipeline, and tells rate and latencies', async (side) => {
  const program = bundle(path.join(__dirname, '../../../bench/durable/program.ts'), journals.directory());
  const child = run(program, [side, journals.directory(), '20000'], 'pipe');
  let said = '';
  child.process.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  expect(await child.ended).toBe(0);
  const [perSecond, p50, p99] = said.trim().split(' ').map(Number) as [number, number, number];
  expect(perSecond).toBeGreaterThan(0);
  expect(p50).toBeGreaterThan(0);
  expect(p99).toBeGreaterThanOrEqual(p50);
});
