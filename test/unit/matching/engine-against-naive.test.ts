import fc from 'fast-check';
import { EngineEvent } from '../../../engines/core/matching';
import { type Draw, drawCommand, drawOptions, EngineTwins, seededDraw } from '../../support/engine-twins';

const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);
const OPERATIONS = 1_000_000 * SOAK;
/** Operations before another market with other options begins. */
const SESSION = 4000;

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

test(`the engine does what the naive one does in ${OPERATIONS} operations`, () => {
  const draw = seededDraw(20_120_621);
  const seen = new Map<number, number>();
  let operations = 0;
  for (let session = 0; operations < OPERATIONS; session++) {
    const options = { ...drawOptions(draw), referencePrice: session % 2 === 0 ? 1000 : undefined };
    const twins = new EngineTwins(options);
    for (let i = 0; i < SESSION && operations < OPERATIONS; i++, operations++) {
      twins.step(drawCommand(draw, options.increment, twins.fast.now));
      if (i % 50 === 49) twins.compare();
      if (i % 1000 === 999) twins.restore();
    }
    for (const [kind, count] of twins.seen) seen.set(kind, (seen.get(kind) ?? 0) + count);
  }
  const counts = Object.entries(EngineEvent).map(([name, kind]) => `${name} ${seen.get(kind) ?? 0}`);
  console.info(`${operations} operations agreed in every result, event and hash; events: ${counts.join(', ')}`);
  for (const kind of Object.values(EngineEvent)) expect(seen.get(kind)).toBeGreaterThan(OPERATIONS / 2000);
});
