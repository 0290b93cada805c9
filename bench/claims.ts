/** What the platform was once said to do, line by line, and which figure here measures it. */
import type { Spread } from '@nautilus/core/measure';
import type { BenchResult } from './result';
import { figure } from './text';

/** A figure of a result, and the benchmark that prints it. */
export interface Measurement {
  readonly benchmark: string;
  readonly result: string;
  readonly figure: string;
}

export interface Claim {
  readonly line: string;
  readonly claimed: string;
  /** What measures it, or why nothing does. */
  readonly measured: Measurement | string;
}

const answer: Measurement = {
  benchmark: 'order-to-ack',
  result: 'order to acknowledgement over two processes, round trip',
  figure: 'journal in memory p50',
};
const check: Measurement = {
  benchmark: 'risk-check',
  result: 'pre-trade check of an order on the path',
  figure: '1,000 accounts',
};
const fill: Measurement = {
  benchmark: 'books',
  result: 'books, a fill into ledger, position and lots',
  figure: 'platform, 500 k positions',
};
const ticks: Measurement = {
  benchmark: 'consolidated',
  result: 'consolidated book of 500 symbols at three venues',
  figure: 'platform',
};
const allocation: Measurement = {
  benchmark: 'allocators',
  result: 'allocate and free, mixed 64 B to 4 KB',
  figure: 'slab',
};
const hop: Measurement = { benchmark: 'hop', result: 'one-way hop between two processes', figure: 'ring p50' };
const http: Omit<Measurement, 'figure'> = {
  benchmark: 'rest',
  result: 'orders over HTTP, durable, 4000 a second whether it keeps up or not',
};
const notBuilt = (engine: string) => `not measured: ${engine} is not built`;
const notMade = 'not measured: it says how busy a machine was, not what a program does';

export const claims: readonly Claim[] = [
  { line: 'order processing', claimed: '100 µs', measured: answer },
  { line: 'risk calculations', claimed: '15 ms', measured: notBuilt('value at risk') },
  { line: 'ML inference', claimed: '10 ms', measured: notBuilt('the engine') },
  { line: 'database queries', claimed: '5 ms', measured: 'not measured: no benchmark queries, `write-behind` writes' },
  { line: 'market data processing', claimed: '1 ms', measured: ticks },
  { line: 'position updates', claimed: '200 µs', measured: fill },
  {
    line: 'trade settlement',
    claimed: '50 ms',
    measured: 'not measured: a trade settles with the close of a day, which no benchmark closes',
  },
  { line: 'CPU usage', claimed: '34 %', measured: notMade },
  { line: 'memory usage', claimed: '20 GB', measured: notMade },
  {
    line: 'memory bandwidth',
    claimed: '420 GB/s',
    measured: 'not measured: a benchmark of the running platform measures it (backend)',
  },
  {
    line: 'container startup',
    claimed: '8 s',
    measured: { benchmark: 'start-up', result: 'start-up of the order system', figure: 'compiled' },
  },
  { line: 'network throughput', claimed: '5 GB/s', measured: 'not measured: no benchmark crosses a network' },
  {
    line: 'database connections',
    claimed: '500',
    measured: 'not measured: it is a setting, which `nautilus drift` reads back',
  },
  { line: 'order-to-market latency', claimed: '500 µs', measured: answer },
  { line: 'risk check latency', claimed: '5 ms', measured: check },
  { line: 'position update frequency', claimed: '5,000 a second', measured: fill },
  { line: 'market data throughput', claimed: '1,000,000 ticks/s', measured: ticks },
  { line: 'ML signal generation', claimed: '10 ms', measured: notBuilt('the engine') },
  { line: 'portfolio rebalancing', claimed: '20 ms', measured: notBuilt('the engine') },
  { line: 'response time of an engine', claimed: '1.5 to 3.5 ms', measured: { ...http, figure: 'p50' } },
  {
    line: 'requests of an engine',
    claimed: '45 a second',
    measured: { benchmark: 'rest', result: 'orders over HTTP, durable', figure: 'orders' },
  },
  { line: 'allocation latency', claimed: '2.40 µs', measured: allocation },
  { line: 'deallocation latency', claimed: '0.11 µs', measured: allocation },
  { line: 'memory utilization', claimed: 'above 90 %', measured: notMade },
  { line: 'zero-copy latency', claimed: 'below 100 ns', measured: hop },
  { line: 'between containers', claimed: 'below 500 ns', measured: hop },
  { line: 'container efficiency', claimed: 'above 80 %', measured: notMade },
  { line: 'system stability', claimed: '99.9 %', measured: 'not measured: no benchmark runs for so long' },
];

/** The benchmarks that measure something claimed, each once. */
export const claimedBenchmarks: readonly string[] = [
  ...new Set(claims.flatMap(({ measured }) => (typeof measured === 'string' ? [] : [measured.benchmark]))),
];

/** A claim beside what was measured. */
export interface Compared {
  readonly line: string;
  readonly claimed: string;
  readonly measured: Spread | null;
  readonly unit: string | null;
  /** What was measured, or why it was not. */
  readonly by: string;
}

/** Puts claims beside the figures of a run. */
export const besideClaims = (results: readonly BenchResult[]): readonly Compared[] =>
  claims.map(({ line, claimed, measured }) => {
    if (typeof measured === 'string') return { line, claimed, measured: null, unit: null, by: measured };
    const result = results.find(({ name }) => name === measured.result);
    const found = result?.figures[measured.figure];
    const by = `${measured.benchmark}: ${measured.figure}`;
    return found === undefined
      ? { line, claimed, measured: null, unit: null, by: `not in this run: ${by}` }
      : { line, claimed, measured: found, unit: result!.unit, by };
  });

/** As a table of Markdown. */
export const claimsText = (rows: readonly Compared[]): string =>
  [
    '| claim | claimed | measured, median (smallest to largest) | by |',
    '|---|---|---|---|',
    ...rows.map(({ line, claimed, measured, unit, by }) => {
      const value =
        measured && `${figure(measured.median)} ${unit} (${figure(measured.min)} to ${figure(measured.max)})`;
      return `| ${line} | ${claimed} | ${value ?? ''} | ${by} |`;
    }),
  ].join('\n');
