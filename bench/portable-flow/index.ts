import type { Floors } from '../harness/floors';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';
import { Contest, ContestPrograms, withoutReductions } from './contest';
import { FLOW_STRIDE, portableFlow } from './flow';

/** exchange-core 0.5.3 counts this, its direct book and its naive one, on the same commands. */
const COUNTS = '270001 165290 5731672 3317 10269 10270';
const COMMANDS = 2_000_000;
const POPULATION = 2_000;
const CAPACITY = 1 << 16;
/** Commands that the slow books are given. */
const FEW = 100_000;
const FEWEST = 5_000;
/** A short flow takes more rounds until it runs as it would all day. */
const SHORT_ROUNDS = 40;

/** The order book on the portable flow, beside the same design in C and maps of arrays, and beside npm's nodejs-order-book. */
export async function portableFlowBenchmark(directory: string, floors: Floors): Promise<BenchResult[]> {
  const programs = new ContestPrograms(directory, floors);
  const flow = portableFlow(COMMANDS, POPULATION);
  const whole = new Contest(programs, { name: 'flow', flow, capacity: CAPACITY, counts: COUNTS });
  const first = flow.subarray(0, FEWEST * FLOW_STRIDE);
  const kept = { flow: withoutReductions(flow.subarray(0, FEW * FLOW_STRIDE)), capacity: CAPACITY };
  const few = new Contest(programs, { name: 'flow-kept', ...kept });
  return [
    await interleave({
      name: 'order book, portable flow',
      unit: 'commands/s',
      sides: {
        platform: whole.inNode('platform'),
        'the same design in C': whole.inC(),
        'exchange-core, direct': whole.inJava('direct'),
        'exchange-core, naive': whole.inJava('naive'),
        'maps of arrays': new Contest(programs, { name: 'flow-first', flow: first, capacity: CAPACITY }).inNode(
          'naive',
        ),
      },
      ratios: [
        { of: ['platform', 'the same design in C'], better: 'higher', goal: 0.4 },
        { of: ['platform', 'exchange-core, direct'], better: 'higher', goal: 2 },
        { of: ['platform', 'maps of arrays'], better: 'higher' },
      ],
      note: `${COMMANDS} commands, about ${POPULATION} orders resting; trades, rejects, filled, live and best prices are ${COUNTS} in each book of the whole flow; maps of arrays are given the first ${FEWEST}`,
    }),
    await interleave({
      name: 'order book beside nodejs-order-book',
      unit: 'commands/s',
      repeats: 5,
      sides: {
        platform: few.inNode('platform', SHORT_ROUNDS),
        'nodejs-order-book': few.inNode('nodejs-order-book', 2),
      },
      ratios: [{ of: ['platform', 'nodejs-order-book'], better: 'higher', goal: 100 }],
      note: `the first ${FEW} commands without their reductions: nodejs-order-book puts a reduced order at the end of its queue, and would trade with others`,
    }),
  ];
}
