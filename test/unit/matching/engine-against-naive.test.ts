import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { EngineEvent } from '../../../engines/core/matching';
import { type Draw, drawCommand, drawOptions, EngineTwins } from '../../support/engine-twins';
import { bundle, run } from '../child-process';

const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);
const OPERATIONS = 1_000_000 * SOAK;

/** Draws from given numbers, so that fast-check shrinks a failing flow by shrinking them. */
function drawFrom(numbers: readonly number[]): Draw {
  let next = 0;
  return (limit) => (numbers[next++] ?? 0) % limit;
}

test('the engine does what the naive one does on random flows, and its market data rebuild the book', () => {
  const numbers = fc.array(fc.nat(0x3fffffff), { minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(numbers, fc.array(numbers, { minLength: 1, maxLength: 150, size: 'max' }), (market, commands) => {
      const options = drawOptions(drawFrom(market));
      const twins = new EngineTwins(options);
      for (const [index, command] of commands.entries()) {
        twins.step(drawCommand(drawFrom(command), options.increment, twins.fast.now));
        twins.compare();
        if (index % 40 === 39) twins.restore();
      }
    }),
    { numRuns: 200 * SOAK },
  );
});

// In a process of its own: within jest every use of a global, such as Math.imul, goes through its sandbox.
test(`the engine does what the naive one does in ${OPERATIONS} operations`, async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-twins-'));
  try {
    const child = run(bundle(path.join(__dirname, 'twins-program.ts'), directory), [String(OPERATIONS)], 'pipe');
    let printed = '';
    child.process.stdout?.on('data', (chunk) => {
      printed += chunk;
    });
    expect(await child.ended).toBe(0);
    const seen: Readonly<Record<string, number>> = JSON.parse(printed);
    console.info(`${OPERATIONS} operations agreed in every result, event and hash; events: ${printed}`);
    for (const kind of Object.keys(EngineEvent)) expect(seen[kind]).toBeGreaterThan(OPERATIONS / 2000);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
});
