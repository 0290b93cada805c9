import { type Spread, spread } from '@nautilus/core/measure';

/** What a benchmark returns: every side in the same unit, measured in turn in one run. */
export interface BenchResult {
  readonly name: string;
  /** Unit of the figures, such as `ns` or `events/s`. */
  readonly unit: string;
  readonly repeats: number;
  readonly figures: Readonly<Record<string, Spread>>;
  /** Ratio of two sides, repeat by repeat. */
  readonly ratio?: Spread & { readonly of: readonly [string, string] };
  readonly note?: string;
}

/** The spread of a / b, repeat by repeat. */
export function ratio(of: readonly [string, string], a: readonly number[], b: readonly number[]): BenchResult['ratio'] {
  return { of, ...spread(a.map((value, repeat) => value / b[repeat]!)) };
}
