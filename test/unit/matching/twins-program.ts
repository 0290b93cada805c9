/** Gives as many random operations as its argument says to the engine and to the naive one; prints the count of each event. */
import { EngineEvent } from '../../../engines/core/matching';
import { drawCommand, drawOptions, EngineTwins, seededDraw } from '../../support/engine-twins';

/** Operations before another market with other options begins. */
const SESSION = 4000;

const total = Number(process.argv[2]);
const draw = seededDraw(20_120_621);
const seen = new Map<number, number>();
let operations = 0;
for (let session = 0; operations < total; session++) {
  const options = { ...drawOptions(draw), referencePrice: session % 2 === 0 ? 1000 : undefined };
  const twins = new EngineTwins(options);
  for (let i = 0; i < SESSION && operations < total; i++, operations++) {
    twins.step(drawCommand(draw, options.increment, twins.fast.now));
    if (i % 50 === 49) twins.compare();
    if (i % 1000 === 999) twins.restore();
  }
  for (const [kind, count] of twins.seen) seen.set(kind, (seen.get(kind) ?? 0) + count);
}
console.log(
  JSON.stringify(Object.fromEntries(Object.entries(EngineEvent).map(([name, kind]) => [name, seen.get(kind) ?? 0]))),
);
