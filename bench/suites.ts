import { allocatorsBenchmark } from './allocators';
import { bookReplayBenchmark } from './book';
import { bookDepthBenchmark } from './book/depth';
import { booksBenchmark } from './books';
import { consolidatedBenchmark, marketDataBenchmark } from './consolidated';
import { durableBenchmark } from './durable';
import type { Floors } from './harness/floors';
import { hopBenchmark } from './hop';
import { itchBenchmark } from './itch';
import { recordingBenchmark } from './itch/recording';
import { orderPathBenchmark } from './order-path';
import { orderToAckBenchmark } from './order-to-ack';
import { pipelineBenchmark } from './pipeline';
import { portableFlowBenchmark } from './portable-flow';
import { recoveryBenchmark } from './recovery';
import { restBenchmark } from './rest';
import type { BenchResult } from './result';
import { throughputBenchmark } from './ring/throughput';
import { riskCheckBenchmark } from './risk-check';
import { routingBenchmark } from './routing';
import { startUpBenchmark } from './start-up';
import { stopsBenchmark } from './stops';
import { writeBehindBenchmark } from './write-behind';

/** A benchmark; it may leave files in `directory`, which is removed with what it holds. */
type Benchmark = (directory: string, floors: Floors) => Promise<BenchResult | readonly BenchResult[]>;

/** Benchmarks by the name on the command line, in groups of which each can be named too. */
export const suites: Readonly<Record<string, Readonly<Record<string, Benchmark>>>> = {
  core: {
    allocators: allocatorsBenchmark,
    hop: hopBenchmark,
    ring: throughputBenchmark,
    book: bookReplayBenchmark,
    'book-depth': bookDepthBenchmark,
    'portable-flow': portableFlowBenchmark,
    durable: durableBenchmark,
    'order-path': orderPathBenchmark,
    'order-to-ack': orderToAckBenchmark,
    'start-up': startUpBenchmark,
  },
  trading: {
    pipeline: pipelineBenchmark,
    books: booksBenchmark,
    rest: restBenchmark,
    'write-behind': writeBehindBenchmark,
    itch: itchBenchmark,
    recording: recordingBenchmark,
    consolidated: consolidatedBenchmark,
    'market-data': marketDataBenchmark,
    routing: routingBenchmark,
    'risk-check': riskCheckBenchmark,
    recovery: recoveryBenchmark,
    stops: stopsBenchmark,
  },
};

/** The benchmarks of these groups and names, each once; all without a name. @returns the first unknown name instead */
export function chosen(names: readonly string[]): Readonly<Record<string, Benchmark>> | string {
  const all: Record<string, Benchmark> = Object.assign({}, ...Object.values(suites));
  if (names.length === 0) return all;
  const wanted = new Map<string, Benchmark>();
  for (const name of names) {
    const found = suites[name] ?? (all[name] && { [name]: all[name] });
    if (found === undefined) return name;
    for (const [each, benchmark] of Object.entries(found)) wanted.set(each, benchmark);
  }
  return Object.fromEntries(wanted);
}
