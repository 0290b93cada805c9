import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundle, run } from '../child-process';

jest.setTimeout(120_000);

test('a million blocks of each strategy make no garbage', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-test-'));
  try {
    const program = bundle(path.join(__dirname, 'garbage-child.ts'), directory);
    const child = run(program, [], 'pipe', ['--trace-gc', '--max-semi-space-size=1']);
    let said = '';
    child.process.stdout?.on('data', (chunk) => (said += chunk));
    await child.ended;
    const [, measured] = /warm\n([\s\S]*)done/.exec(said) ?? [];
    // 16 bytes a block would be 112 collections of this young generation; the compiler makes a little garbage of its own.
    expect(measured).toBeDefined();
    expect(measured?.match(/Scavenge|Mark-Compact/g)?.length ?? 0).toBeLessThanOrEqual(5);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});
