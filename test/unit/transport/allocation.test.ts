import path from 'node:path';
import { bundle, run } from '../child-process';
import { useHubs } from './scratch';

jest.setTimeout(60_000);
const memory = useHubs();

test('a million messages through a ring, a conflating topic and a table make no garbage', async () => {
  const program = bundle(path.join(__dirname, 'allocation-child.ts'), memory.directory());
  const child = run(program, [memory.directory()], 'pipe', ['--trace-gc', '--max-semi-space-size=1']);
  let said = '';
  child.process.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  await child.ended;
  const [, measured] = /warm\n([\s\S]*)done/.exec(said) ?? [];
  // 16 bytes a message would be 16 collections of this young generation; the compiler makes a little garbage of its own.
  expect(measured?.match(/Scavenge|Mark-Compact/g)?.length ?? 0).toBeLessThanOrEqual(5);
});
