/** What a PromQL expression says, read with Prometheus' own grammar. */
import { parser } from '@prometheus-io/lezer-promql';

interface Read {
  /** Metrics that the expression selects, each once, in their order. */
  readonly metrics: readonly string[];
  /** Where it does not parse: the position, from 0, and what stands there. */
  readonly problem?: string;
}

/** The exact name in the braces of a selector that has none before them. */
const nameInBraces = /__name__\s*=\s*["']([^"']+)["']/;

function read(expression: string): Read {
  const metrics = new Set<string>();
  let problem: string | undefined;
  parser.parse(expression).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) problem ??= `at ${from}: ${JSON.stringify(expression.slice(from, from + 20))}`;
      if (name !== 'VectorSelector') return;
      const identifier = node.getChild('Identifier');
      const text = expression.slice(from, to);
      // A selector without an exact name selects whatever has its labels: it stands for itself and is no metric.
      metrics.add(
        identifier ? expression.slice(identifier.from, identifier.to) : (nameInBraces.exec(text)?.[1] ?? text),
      );
    },
  });
  return { metrics: [...metrics], ...(problem !== undefined && { problem }) };
}

/** Why the expression does not parse; undefined when it does. */
export const parseProblem = (expression: string): string | undefined => read(expression).problem;

/** Every metric that the expression selects. @throws Error where it does not parse */
export function everyMetricIn(expression: string): readonly string[] {
  const { metrics, problem } = read(expression);
  if (problem !== undefined) throw new Error(`not PromQL ${problem} in ${expression}`);
  return metrics;
}
