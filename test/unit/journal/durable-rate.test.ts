import path from 'node:path';
import { bundle, run } from '../child-process';
import { useJournals } from './scratch';

jest.setTimeout(600_000);
const journals = useJournals();
const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);

test('every record of a full pipeline becomes durable and is recovered; how fast is printed, beside the bare disk', async () => {
  const program = bundle(path.join(__dirname, 'durable-rate-child.ts'), journals.directory());
  const records = 50_000 * SOAK;
  const child = run(program, [journals.directory(), String(records), SOAK > 1 ? '5' : '1'], 'pipe');
  let said = '';
  child.process.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  expect(await child.ended).toBe(0);
  const result = JSON.parse(said);
  expect(result).toMatchObject({ records, journal: { perSecond: expect.any(Number) } });
  for (const side of ['floor', 'journal', 'encrypted'])
    process.stdout.write(`${side}: ${JSON.stringify(result[side])}\n`);
});
