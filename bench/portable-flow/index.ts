import fs from 'node:fs';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import type { Absent, BenchResult } from '../result';
import { ExchangeCore, type ExchangeCoreBook } from './exchange-core';
import { FLOW_STRIDE, FlowKind, portableFlow } from './flow';

/** exchange-core 0.5.3 counts this, its direct book and its naive one, on the same commands. */
const COUNTS = '270001 165290 5731672 3317';
const COMMANDS = 2_000_000;
const POPULATION = 2_000;
/** Commands that the slow books are given. */
const FEW = 100_000;
const FEWEST = 5_000;
/** Rounds of which the last is measured; a short flow takes more of them until it runs as it would all day. */
const ROUNDS = 3;
const SHORT_ROUNDS = 20;

/** The order book on the portable flow, beside the same design in C and maps of arrays, and beside npm's nodejs-order-book. */
export async function portableFlowBenchmark(directory: string, floors: Floors): Promise<BenchResult[]> {
  const program = bundle(path.join(installationRoot(), 'bench/portable-flow/program.ts'), directory);
  const whole = portableFlow(COMMANDS, POPULATION);
  const file = written(directory, 'flow', whole);
  const fewest = written(directory, 'flow-fewest', whole.subarray(0, FEWEST * FLOW_STRIDE));
  const kept = written(directory, 'flow-kept', withoutReductions(whole.subarray(0, FEW * FLOW_STRIDE)));
  const book =
    (name: string, flow: string, counts: Counts, rounds = ROUNDS): Measure =>
    () =>
      counts.check(name, figuresOf(process.execPath, [program, name, flow, String(rounds)]));

  const all = new Counts(COUNTS);
  const same = new Counts();
  const floor = floors.program('book', 'the same design in C');
  const java = ExchangeCore.prepare(directory, 'exchange-core (Java)');
  const inJava = (kind: ExchangeCoreBook): Measure | Absent =>
    java instanceof ExchangeCore
      ? () => all.check(`exchange-core, ${kind}`, java.replay(kind, file, ROUNDS))
      : { ...java, side: `exchange-core, ${kind}` };
  return [
    await interleave({
      name: 'order book, portable flow',
      unit: 'commands/s',
      sides: {
        platform: book('platform', file, all),
        'the same design in C':
          typeof floor === 'string' ? () => all.check('C', figuresOf(floor, [file, String(ROUNDS)])) : floor,
        'exchange-core, direct': inJava('direct'),
        'exchange-core, naive': inJava('naive'),
        'maps of arrays': book('naive', fewest, new Counts()),
      },
      ratios: [
        { of: ['platform', 'the same design in C'], better: 'higher', goal: 0.4 },
        { of: ['platform', 'exchange-core, direct'], better: 'higher', goal: 2 },
        { of: ['platform', 'maps of arrays'], better: 'higher' },
      ],
      note: `${COMMANDS} commands, about ${POPULATION} orders resting; trades, rejects, filled and live are ${COUNTS} in each book of the whole flow; maps of arrays are given the first ${FEWEST}`,
    }),
    await interleave({
      name: 'order book beside nodejs-order-book',
      unit: 'commands/s',
      repeats: 5,
      sides: {
        platform: book('platform', kept, same, SHORT_ROUNDS),
        'nodejs-order-book': book('nodejs-order-book', kept, same),
      },
      ratios: [{ of: ['platform', 'nodejs-order-book'], better: 'higher', goal: 100 }],
      note: `the first ${FEW} commands without their reductions: nodejs-order-book puts a reduced order at the end of its queue, and would trade with others`,
    }),
  ];
}

/** Speed counts only where the results are equal. */
class Counts {
  constructor(private wanted?: string) {}

  check(name: string, [speed, counts]: number[][]): number {
    const told = counts!.join(' ');
    this.wanted ??= told;
    if (told !== this.wanted) throw new Error(`${name} makes ${told} of the flow, another book ${this.wanted}`);
    return speed![0]!;
  }
}

function written(directory: string, name: string, flow: Int32Array): string {
  const file = path.join(directory, `${name}.bin`);
  fs.writeFileSync(file, new Uint8Array(flow.buffer, flow.byteOffset, flow.byteLength));
  return file;
}

function withoutReductions(flow: Int32Array): Int32Array {
  const kept: number[] = [];
  for (let at = 0; at < flow.length; at += FLOW_STRIDE)
    if (flow[at] !== FlowKind.reduce) kept.push(...flow.subarray(at, at + FLOW_STRIDE));
  return Int32Array.from(kept);
}
