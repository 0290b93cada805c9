import { spread } from '@nautilus/core/measure';
import { type Absent, type BenchResult, type FigureGoal, figureGoals, type RatioProps, ratio } from '../result';

/** Measures once; several figures where one measurement gives several, such as percentiles. */
export type Measure = () =>
  | number
  | Readonly<Record<string, number>>
  | Promise<number | Readonly<Record<string, number>>>;

export interface BenchProps {
  readonly name: string;
  readonly unit: string;
  readonly repeats?: number;
  /** What is measured, by its name; an `Absent` reason instead of a side that this machine cannot have. */
  readonly sides: Readonly<Record<string, Measure | Absent>>;
  readonly ratios?: readonly RatioProps[];
  /** What figures are to be by themselves. */
  readonly goals?: readonly Omit<FigureGoal, 'verdict'>[];
  readonly note?: string;
}

const REPEATS = 7;

const isAbsent = (side: Measure | Absent): side is Absent => typeof side !== 'function';

/**
 * Measures every side once, then every side again, as often as is asked for: a machine drifts within minutes, and the sides of
 * one repeat lie seconds apart. The order turns around from repeat to repeat, so that no side is always the one after another.
 */
export async function interleave({
  name,
  unit,
  repeats = REPEATS,
  sides,
  ratios = [],
  goals = [],
  note,
}: BenchProps): Promise<BenchResult> {
  const measured: Record<string, number[]> = {};
  const present = Object.entries(sides).flatMap(([side, measure]) => (isAbsent(measure) ? [] : [{ side, measure }]));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const { side, measure } of repeat % 2 === 0 ? present : [...present].reverse()) {
      const figure = await measure();
      for (const [key, value] of typeof figure === 'number' ? [[side, figure] as const] : named(side, figure))
        (measured[key] ??= []).push(value);
    }
  }
  const figures = Object.fromEntries(Object.entries(measured).map(([side, values]) => [side, spread(values)]));
  return {
    name,
    unit,
    repeats,
    figures,
    ratios: ratios.flatMap((wanted) => ratio(wanted, measured) ?? []),
    goals: figureGoals(goals, figures),
    absent: Object.values(sides).filter(isAbsent),
    ...(note !== undefined && { note }),
  };
}

const named = (side: string, figures: Readonly<Record<string, number>>): (readonly [string, number])[] =>
  Object.entries(figures).map(([key, value]) => [`${side} ${key}`, value]);
