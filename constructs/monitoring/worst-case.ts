import { NautilusError, type Profile } from '@nautilus/config';
import { type WorstCase, worstCaseOf } from '../budget';
import { connectionSize, limitFor, memoryForQueries, program, sampleSize, seriesSize } from './footprint';
import { leastSamples, type PrometheusInput, tunePrometheus } from './settings';

/** Every service at its most series, every connection taken, every query at its most samples. */
export function prometheusWorstCase(input: PrometheusInput): WorstCase {
  const samples = Number(tunePrometheus(input).flags.find(({ name }) => name === 'query.max-samples')!.value);
  return worstCaseOf([
    { name: 'program', size: program },
    { name: `${input.series.limit} series`, size: seriesSize.times(input.series.limit) },
    { name: `${input.connections} connections`, size: connectionSize.times(input.connections) },
    {
      name: `${input.concurrentQueries} queries of ${samples} samples`,
      size: sampleSize.times(input.concurrentQueries * samples),
    },
  ]);
}

/** @throws NautilusError NAUT_PROMETHEUS_TOO_SMALL when the queries would have no room beside the series */
export function checkPrometheusFits(input: PrometheusInput, profile: Pick<Profile, 'file' | 'name'>): void {
  const needed = sampleSize.times(leastSamples * input.concurrentQueries);
  const left = memoryForQueries(input);
  if (!needed.exceeds(left)) return;
  const { parts } = prometheusWorstCase(input);
  throw new NautilusError({
    code: 'NAUT_PROMETHEUS_TOO_SMALL',
    message: `profile ${profile.name} gives prometheus ${input.limit}, which leaves ${left} of the ${needed} that ${input.concurrentQueries} queries need`,
    details: [
      ...parts.slice(0, -1).map(({ name, size }) => `${name}: ${size}`),
      `${input.concurrentQueries} queries of at least ${leastSamples} samples: ${needed}`,
    ],
    fix: `raise services.prometheus.claim.memory.limit to ${limitFor(input, needed)}, or lower monitoring.concurrentQueries or monitoring.connections in ${profile.file}`,
  });
}
