import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { besideClaims, claimedBenchmarks, claimsText } from './claims';
import { compare } from './compare';
import { Floors } from './harness/floors';
import { type BenchResult, type BenchRun, RESULT_VERSION } from './result';
import { readRun } from './run-file';
import { chosen, suites } from './suites';
import { comparisonText, resultText, runText } from './text';

/**
 * `bench [--json] [GROUP|NAME…]`; `bench claims [--json] [FILE…]`; `bench compare [--json] BEFORE AFTER`. Exit code 2: a ratio got worse.
 */
async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const words = args.filter((arg) => arg !== '--json');
  if (words[0] === 'compare') return compareFiles(words.slice(1), json);
  return words[0] === 'claims' ? showClaims(words.slice(1), json) : measureAndShow(words, json);
}

async function measureAndShow(names: readonly string[], json: boolean): Promise<number> {
  const benchmarks = chosen(names);
  if (typeof benchmarks === 'string') {
    const known = Object.entries(suites).map(([group, members]) => `${group} (${Object.keys(members).join(', ')})`);
    process.stderr.write(
      `NAUT_UNKNOWN_BENCHMARK  there is no benchmark "${benchmarks}"\n  allowed: ${known.join('; ')}\n`,
    );
    return 1;
  }
  const run = await measure(benchmarks, !json);
  process.stdout.write(json ? `${JSON.stringify(run, null, 2)}\n` : `${runText(run)}\n`);
  return 0;
}

/** Claims beside what files of `bench --json` say, or beside what is measured now. */
async function showClaims(files: readonly string[], json: boolean): Promise<number> {
  const results =
    files.length > 0
      ? files.flatMap((file) => readRun(file).results)
      : (await measure(chosen(claimedBenchmarks) as Exclude<ReturnType<typeof chosen>, string>, false)).results;
  const rows = besideClaims(results);
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : `${claimsText(rows)}\n`);
  return 0;
}

/** Runs benchmarks, each told as soon as it is there if so wanted. */
async function measure(benchmarks: Exclude<ReturnType<typeof chosen>, string>, tell: boolean): Promise<BenchRun> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-bench-'));
  const floors = new Floors(directory);
  const before = os.loadavg()[0]!;
  const results: BenchResult[] = [];
  try {
    for (const benchmark of Object.values(benchmarks)) {
      const fresh = [await benchmark(directory, floors)].flat() as BenchResult[];
      results.push(...fresh);
      if (tell) for (const result of fresh) process.stdout.write(`${resultText(result)}\n`);
    }
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
  return {
    version: RESULT_VERSION,
    at: new Date().toISOString(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    cpus: os.availableParallelism(),
    platform: `${process.platform} ${process.arch} ${os.release()}`,
    node: process.version,
    ...(floors.compiler !== undefined && { compiler: floors.compiler }),
    load: { before, after: os.loadavg()[0]! },
    results,
  };
}

function compareFiles(files: readonly string[], json: boolean): number {
  const [before, after] = files;
  if (before === undefined || after === undefined || files.length > 2) {
    process.stderr.write('NAUT_BENCHMARK_FILES  compare takes two files that `bench --json` wrote: BEFORE AFTER\n');
    return 1;
  }
  const comparison = compare(readRun(before), readRun(after));
  process.stdout.write(json ? `${JSON.stringify(comparison, null, 2)}\n` : `${comparisonText(comparison)}\n`);
  return comparison.compared.some(({ verdict }) => verdict === 'worse') ? 2 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error & { code?: unknown }) => {
    const code =
      typeof error.code === 'string' && error.code.startsWith('NAUT_') ? error.code : 'NAUT_BENCHMARK_FAILED';
    process.stderr.write(`${code}  ${error.message}\n  fix: NAUTILUS_DEBUG=1 shows where it comes from\n`);
    if (process.env.NAUTILUS_DEBUG === '1') process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
