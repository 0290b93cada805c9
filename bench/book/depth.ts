import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Side } from '@nautilus/core/domain';
import { bundle } from '../bundle';
import type { Floors } from '../harness/floors';
import { figuresOf } from '../harness/program';
import { interleave, type Measure } from '../harness/sides';
import { Contest, ContestPrograms } from '../portable-flow/contest';
import { FLOW_STRIDE, FlowKind, portableFlow, Xorshift32 } from '../portable-flow/flow';
import type { Absent, BenchResult } from '../result';

const COMMANDS = 1_000_000;
const RESTING: Readonly<Record<string, number>> = { '1 k': 1_000, '32 k': 32_000, '1 M': 1_000_000 };
const MIDDLE = 10_000;
/** Rounds of a flow; the second half is measured. */
const ROUNDS = 4;
const REPEATS = 5;

/** Ids from 1: orders for 100, the nearest `from` ticks from the middle and on `levels` prices of each side. */
function restingOrders(count: number, from: number, levels: number, room: number): Int32Array {
  const flow = new Int32Array((count + room) * FLOW_STRIDE);
  for (let id = 1; id <= count; id++) {
    const side = id & 1;
    const away = from + ((id * 7919) % levels);
    flow.set(
      [FlowKind.limit, id, side, side === Side.buy ? MIDDLE - away : MIDDLE + away, 100],
      (id - 1) * FLOW_STRIDE,
    );
  }
  return flow;
}

/** The portable flow around the middle, with the other orders resting behind it. */
function nearTouch(resting: number): Int32Array {
  const flow = restingOrders(resting, 600, 5000, COMMANDS);
  const near = portableFlow(COMMANDS, 500);
  for (let at = 1; at < near.length; at += FLOW_STRIDE) near[at]! += resting;
  flow.set(near, resting * FLOW_STRIDE);
  return flow;
}

/** Each of the resting orders is as likely to be cancelled, and another takes its place. */
function anywhere(resting: number): Int32Array {
  const flow = restingOrders(resting, 1, 2000, COMMANDS);
  const random = new Xorshift32(88_675_123);
  const live = Int32Array.from({ length: resting }, (_, index) => index + 1);
  let id = resting;
  for (let at = resting * FLOW_STRIDE; at < flow.length; at += 2 * FLOW_STRIDE) {
    const victim = random.below(resting);
    const away = 1 + random.below(2000);
    flow.set([FlowKind.cancel, live[victim]!], at);
    live[victim] = ++id;
    const side = id & 1;
    const price = side === Side.buy ? MIDDLE - away : MIDDLE + away;
    flow.set([FlowKind.limit, id, side, price, 100], at + FLOW_STRIDE);
  }
  return flow;
}

/** What a command costs with few and with many orders resting, beside the same design in C. */
export async function bookDepthBenchmark(directory: string, floors: Floors): Promise<BenchResult[]> {
  const programs = new ContestPrograms(directory, floors);
  const sidesOf = (name: string, flowOf: (resting: number) => Int32Array): Record<string, Measure | Absent> =>
    Object.fromEntries(
      Object.entries(RESTING).flatMap(([key, resting]) => {
        const flow = flowOf(resting);
        const contest = new Contest(programs, {
          name: `${name}-${resting}`,
          flow,
          capacity: resting + 4096,
          skip: resting,
        });
        return [
          [`platform, ${key}`, nanoseconds(contest.inNode('platform', ROUNDS))],
          [`C, ${key}`, nanoseconds(contest.inC(ROUNDS))],
        ];
      }),
    );
  const ratios = [
    { of: ['platform, 1 M', 'platform, 1 k'], better: 'lower' },
    { of: ['C, 1 M', 'C, 1 k'], better: 'lower' },
    { of: ['platform, 1 M', 'C, 1 M'], better: 'lower' },
  ] as const;
  const [flat, ...others] = ratios;
  const memory = bundle(path.join(installationRoot(), 'bench/book/memory.ts'), directory);
  return [
    await interleave({
      name: 'order book, near the touch beside 1 k to 1 M resting orders',
      unit: 'ns/command',
      repeats: REPEATS,
      sides: sidesOf('near', nearTouch),
      ratios: [{ ...flat, goal: 1.5 }, ...others],
      note: 'the portable flow around the middle; the other orders rest 600 to 5,600 ticks away, where real flows seldom trade',
    }),
    await interleave({
      name: 'order book, cancels anywhere among 1 k to 1 M resting orders',
      unit: 'ns/command',
      repeats: REPEATS,
      sides: sidesOf('anywhere', anywhere),
      ratios,
      note: 'a cancel of any resting order and a new one in turn: record, neighbours, level and id are each somewhere else in memory',
    }),
    await interleave({
      name: 'order book, memory of 1 M resting orders',
      unit: 'bytes/order',
      repeats: 1,
      sides: { 'an order': () => figuresOf(process.execPath, [memory])[0]![0]! },
      goals: [{ figure: 'an order', better: 'lower', goal: 200 }],
    }),
  ];
}

const nanoseconds = (measure: Measure | Absent): Measure | Absent =>
  typeof measure === 'function' ? async () => 1e9 / ((await measure()) as number) : measure;
