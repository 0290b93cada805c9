import type { Duration, MemorySize } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';
import { type Dialect, print, type Selector, type Setting, toExpectations } from '../../setting';
import type { PrometheusInput } from './input';
import * as queries from './queries';
import * as retention from './retention';
import * as runtime from './runtime';
import * as web from './web';

export type { PrometheusInput, SeriesEstimate } from './input';
export { leastSamples } from './queries';

const flags: readonly Selector<PrometheusInput>[] = [
  retention.retentionTime,
  retention.retentionSize,
  retention.walCompression,
  queries.maxConcurrency,
  queries.maxSamples,
  queries.queryTimeout,
  web.maxConnections,
  web.adminApi,
  web.lifecycle,
  web.remoteWrite,
];

const variables: readonly Selector<PrometheusInput>[] = [runtime.memoryLimit, runtime.threads];

/** On the command line. */
const flagDialect: Dialect = {
  // GB and MB are powers of 1024 there.
  memory: (size: MemorySize) => `${size.toDockerMebibytes()}MB`,
  duration: (span: Duration) => span.toPrometheus(),
  boolean: String,
};

/** In the environment of Go's runtime. */
const variableDialect: Dialect = { ...flagDialect, memory: (size) => `${size.toDockerMebibytes()}MiB` };

export interface PrometheusSettings {
  /** On the command line. */
  readonly flags: readonly Setting[];
  /** In the environment of its runtime. */
  readonly variables: readonly Setting[];
}

/** Every setting of Prometheus, from its container's limit, what it measures and how long that is kept. */
export const tunePrometheus = (input: PrometheusInput): PrometheusSettings => ({
  flags: flags.map((select) => select(input)),
  variables: variables.map((select) => select(input)),
});

/** The command line; a switch has no value. */
export const toPrometheusArguments = ({ flags }: PrometheusSettings): string[] =>
  flags.map(({ name, value }) =>
    typeof value === 'boolean' ? `--${value ? '' : 'no-'}${name}` : `--${name}=${print(value, flagDialect)}`,
  );

export const toEnvironment = ({ variables }: PrometheusSettings): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, print(value, variableDialect)]));

export const prometheusExpectations = ({ flags, variables }: PrometheusSettings): Expectation[] => [
  ...toExpectations(flags, 'prometheus', flagDialect),
  ...toExpectations(variables, 'prometheus', variableDialect),
];
