import type { Comparison } from './compare';
import type { BenchResult, BenchRun, FigureGoal, Ratio } from './result';

/** A figure in as many digits as a person reads. */
export const figure = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });

const goalOf = ({ better, goal, verdict }: Ratio | FigureGoal): string =>
  goal === undefined ? '' : `   goal ${better === 'higher' ? '≥' : '≤'} ${figure(goal)}: ${verdict}`;

/** One benchmark as a person reads it. */
export const resultText = ({ name, unit, repeats, figures, ratios, goals = [], absent, note }: BenchResult): string =>
  [
    `${name}, median of ${repeats} interleaved repeats (smallest to largest)`,
    ...Object.entries(figures).map(
      ([side, { median, min, max }]) =>
        `  ${side.padEnd(34)} ${figure(median).padStart(14)} ${unit}   (${figure(min)} to ${figure(max)})`,
    ),
    ...ratios.map(
      (ratio) =>
        `  ${ratio.of.join(' / ')}: ${figure(ratio.median)} (${figure(ratio.min)} to ${figure(ratio.max)})${goalOf(ratio)}`,
    ),
    ...goals.map((goal) => `  ${goal.figure}:${goalOf(goal)}`),
    ...absent.map(({ side, reason }) => `  not measured: ${side}: ${reason}`),
    ...(note ? [`  ${note}`] : []),
    '',
  ].join('\n');

/** Where it ran, and how many of the goals were reached. */
export function runText({ processor, cpus, node, compiler, load, results }: BenchRun): string {
  const goals = results
    .flatMap(({ ratios, goals = [] }) => [...ratios, ...goals])
    .filter(({ verdict }) => verdict !== undefined);
  const reached = goals.filter(({ verdict }) => verdict === 'reached').length;
  return [
    `${cpus} × ${processor}, Node ${node}, ${compiler ?? 'no C compiler'}; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after`,
    ...(goals.length > 0 ? [`${reached} of ${goals.length} goals reached`] : []),
  ].join('\n');
}

/** Two runs beside each other, a line a ratio. */
export const comparisonText = ({ compared, missing }: Comparison): string =>
  [
    ...compared.map(
      ({ benchmark, of, before, after, verdict }) =>
        `${verdict.padEnd(7)}${benchmark}: ${of.join(' / ')}: ${figure(before.median)} -> ${figure(after.median)}   (${figure(before.min)} to ${figure(before.max)}; ${figure(after.min)} to ${figure(after.max)})`,
    ),
    ...missing.map((line) => `not compared: ${line}`),
  ].join('\n');
