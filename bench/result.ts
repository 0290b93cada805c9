import { type Spread, spread } from '@nautilus/core/measure';

/** Version of the JSON: fields may be added in the same one, none changes its meaning or goes. */
export const RESULT_VERSION = 2;

/** Two sides of a benchmark, repeat by repeat. */
export interface Ratio extends Spread {
  /** Numerator and denominator, sides of the benchmark. */
  readonly of: readonly [string, string];
  /** Which way is good. */
  readonly better: 'higher' | 'lower';
  /** What it is to be at least (higher) or at most (lower). */
  readonly goal?: number;
  /** Whether the median reaches the goal. */
  readonly verdict?: 'reached' | 'short';
}

/** What a figure is to be by itself, where it has no peer. */
export interface FigureGoal {
  readonly figure: string;
  readonly better: 'higher' | 'lower';
  readonly goal: number;
  /** Whether the median reaches it. */
  readonly verdict: 'reached' | 'short';
}

/** A side that could not be measured here. */
export interface Absent {
  readonly side: string;
  readonly reason: string;
}

/** What a benchmark returns: every side in the same unit, measured in turn in one run. */
export interface BenchResult {
  readonly name: string;
  /** Unit of the figures, such as `ns` or `events/s`. */
  readonly unit: string;
  readonly repeats: number;
  readonly figures: Readonly<Record<string, Spread>>;
  readonly ratios: readonly Ratio[];
  readonly goals?: readonly FigureGoal[];
  readonly absent: readonly Absent[];
  readonly note?: string;
}

/** The machine, and what else may have moved the figures. */
export interface Surroundings {
  /** ISO 8601. */
  readonly at: string;
  readonly processor: string;
  readonly cpus: number;
  readonly platform: string;
  readonly node: string;
  /** First line of the C compiler's version; absent without one. */
  readonly compiler?: string;
  /** Mean number of runnable programs in the last minute, before and after. */
  readonly load: { readonly before: number; readonly after: number };
}

/** A whole run. */
export interface BenchRun extends Surroundings {
  readonly version: typeof RESULT_VERSION;
  readonly results: readonly BenchResult[];
}

export interface RatioProps {
  readonly of: readonly [string, string];
  readonly better: Ratio['better'];
  readonly goal?: number;
}

/** The spread of two sides' ratio, repeat by repeat; undefined when one of them was not measured. */
export function ratio(
  { of, better, goal }: RatioProps,
  measured: Readonly<Record<string, readonly number[]>>,
): Ratio | undefined {
  const [above, below] = of.map((side) => measured[side]);
  if (above === undefined || below === undefined) return undefined;
  const values = spread(above.map((value, repeat) => value / below[repeat]!));
  if (goal === undefined) return { of, better, ...values };
  return { of, better, ...values, goal, verdict: verdict(values.median, better, goal) };
}

/** The goals whose figures were measured. */
export const figureGoals = (
  wanted: readonly Omit<FigureGoal, 'verdict'>[],
  figures: BenchResult['figures'],
): FigureGoal[] =>
  wanted.flatMap((one) => {
    const spread = figures[one.figure];
    return spread === undefined ? [] : { ...one, verdict: verdict(spread.median, one.better, one.goal) };
  });

const verdict = (value: number, better: Ratio['better'], goal: number): 'reached' | 'short' =>
  (better === 'higher' ? value >= goal : value <= goal) ? 'reached' : 'short';
