import { Duration } from '@nautilus/config';
import { asked, selector } from '../../setting';
import { memoryForQueries, sampleSize } from '../footprint';
import type { PrometheusInput } from './input';

const source = 'Prometheus documentation, command line';

export const maxConcurrency = selector('query.max-concurrency', ({ concurrentQueries }: PrometheusInput) => ({
  value: concurrentQueries,
  reason: 'as many as the dashboards of the people who look at the same time; the next ones wait',
  source: "the profile's monitoring.concurrentQueries",
  ...asked('100', {
    met: concurrentQueries === 100,
    why: 'each may hold its samples at the same time, and this container has room for fewer',
  }),
}));

/** Prometheus' own default, which would be 1.5 GiB a query. */
const mostSamples = 50_000_000;

/** A day of one panel of twenty series, a point every 15 s, is 115,200 samples; below this not even an hour of it can be drawn. */
export const leastSamples = 20_000;

export const maxSamples = selector('query.max-samples', (input: PrometheusInput) => ({
  value: Math.min(
    mostSamples,
    Math.max(leastSamples, Math.floor(memoryForQueries(input).bytes / input.concurrentQueries / sampleSize.bytes)),
  ),
  reason: `${input.concurrentQueries} queries at once share what the series leave, at ${sampleSize.bytes} bytes a sample; the default would let one take 1.5 GiB`,
  source,
}));

export const queryTimeout = selector('query.timeout', (_: PrometheusInput) => ({
  value: Duration.minutes(1),
  reason: 'nobody waits longer for a panel, and the next query waits behind it',
  source,
}));
