/** The spread of one side of a benchmark over its interleaved repeats. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

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

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted[sorted.length - 1]! };
}

/** The spread of a / b, repeat by repeat. */
export function ratio(of: readonly [string, string], a: readonly number[], b: readonly number[]): BenchResult['ratio'] {
  return { of, ...spread(a.map((value, repeat) => value / b[repeat]!)) };
}
