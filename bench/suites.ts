import { allocatorsBenchmark } from './allocators';
import { bookReplayBenchmark } from './book';
import { bookDepthBenchmark } from './book/depth';
import { durableBenchmark } from './durable';
import type { Floors } from './harness/floors';
import { hopBenchmark } from './hop';
import { orderPathBenchmark } from './order-path';
import { orderToAckBenchmark } from './order-to-ack';
import { portableFlowBenchmark } from './portable-flow';
import type { BenchResult } from './result';
import { throughputBenchmark } from './ring/throughput';
import { startUpBenchmark } from './start-up';

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
