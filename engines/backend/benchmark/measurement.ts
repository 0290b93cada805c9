import { spread } from '@nautilus/core/measure';
import type { Measurement } from './result';

/** Name of the measurement of memory. */
export const MEMORY_COPY = 'memory copy';

/** When a measurement ends: after so many rounds, or with the one that is under way at `until` (clock of `performance.now`). */
export interface Bounds {
  readonly rounds: number;
  readonly until: number;
}

/** What at least one round gave. */
export function repeat({ rounds, until }: Bounds, round: () => number): readonly number[] {
  const values = [round()];
  while (values.length < rounds && performance.now() < until) values.push(round());
  return values;
}

/** A measurement with its spread. @param values of at least one round */
export function measurement(
  described: Pick<Measurement, 'name' | 'what' | 'unit'>,
  values: readonly number[],
): Measurement {
  const { median, min, max } = spread(values);
  return { ...described, result: { value: median, origin: 'measured' }, min, max, rounds: values.length };
}

/** Milliseconds of an action. */
export function elapsed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
