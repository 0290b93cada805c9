import { bookReplayBenchmark } from './book';
import { hopBenchmark } from './hop';
import { orderToAckBenchmark } from './order-to-ack';
import type { BenchResult } from './result';

const benchmarks: Record<string, () => Promise<BenchResult | readonly BenchResult[]>> = {
  book: bookReplayBenchmark,
  hop: hopBenchmark,
  'order-to-ack': orderToAckBenchmark,
};

const figure = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });

/** One benchmark as a person reads it. */
function lines({ name, unit, repeats, figures, ratio, note }: BenchResult): string[] {
  const sides = Object.entries(figures).map(
    ([side, { median, min, max }]) =>
      `  ${side.padEnd(34)} ${figure(median).padStart(14)} ${unit}   (${figure(min)} to ${figure(max)})`,
  );
  const compared = ratio
    ? [`  ${ratio.of.join(' / ')}: ${figure(ratio.median)} (${figure(ratio.min)} to ${figure(ratio.max)})`]
    : [];
  return [
    `${name}, median of ${repeats} interleaved repeats (smallest to largest)`,
    ...sides,
    ...compared,
    ...(note ? [`  ${note}`] : []),
  ];
}

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const names = args.filter((arg) => arg !== '--json');
  const unknown = names.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    process.stderr.write(
      `NAUT_UNKNOWN_BENCHMARK  there is no benchmark "${unknown[0]}"\n  allowed: ${Object.keys(benchmarks).join(', ')}\n`,
    );
    return 1;
  }
  const results: BenchResult[] = [];
  for (const [name, run] of Object.entries(benchmarks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const fresh = [await run()].flat() as BenchResult[];
    results.push(...fresh);
    if (!json) for (const result of fresh) process.stdout.write(`${lines(result).join('\n')}\n\n`);
  }
  if (json)
    process.stdout.write(
      `${JSON.stringify({ version: 1, node: process.version, arch: process.arch, results }, null, 2)}\n`,
    );
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(
      `NAUT_BENCHMARK_FAILED  ${error.message}\n  fix: NAUTILUS_DEBUG=1 shows where it comes from\n`,
    );
    if (process.env.NAUTILUS_DEBUG === '1') process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
