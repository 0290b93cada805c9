import type { BenchRun, Ratio } from './result';

/** A ratio of two runs. */
export interface Compared {
  readonly benchmark: string;
  readonly of: Ratio['of'];
  readonly before: Ratio;
  readonly after: Ratio;
  readonly verdict: 'worse' | 'better' | 'same';
}

/** Ratios of two runs beside each other, and what only one of them has. */
export interface Comparison {
  readonly compared: readonly Compared[];
  readonly missing: readonly string[];
}

const label = (benchmark: string, { of }: Ratio) => `${benchmark}: ${of.join(' / ')}`;

const ratiosOf = ({ results }: BenchRun): Map<string, { benchmark: string; ratio: Ratio }> =>
  new Map(
    results.flatMap(({ name, ratios }) =>
      ratios.map((ratio) => [label(name, ratio), { benchmark: name, ratio }] as const),
    ),
  );

/** Ratios only: they hold from machine to machine, and from one busy minute to the next, as no single figure does. */
export function compare(before: BenchRun, after: BenchRun): Comparison {
  const [old, fresh] = [ratiosOf(before), ratiosOf(after)];
  const compared = [...old].flatMap(([key, { benchmark, ratio }]) => {
    const now = fresh.get(key)?.ratio;
    return now === undefined
      ? []
      : [{ benchmark, of: ratio.of, before: ratio, after: now, verdict: verdict(ratio, now) }];
  });
  return {
    compared,
    missing: [
      ...[...old.keys()].filter((key) => !fresh.has(key)).map((key) => `${key} (only before)`),
      ...[...fresh.keys()].filter((key) => !old.has(key)).map((key) => `${key} (only after)`),
    ],
  };
}

/** Another one only where each median lies outside of what the other run's repeats showed. */
function verdict(before: Ratio, after: Ratio): Compared['verdict'] {
  const [low, high] = before.median < after.median ? [before, after] : [after, before];
  if (high.median <= low.max || low.median >= high.min) return 'same';
  const rose = after.median > before.median;
  return rose === (before.better === 'higher') ? 'better' : 'worse';
}
