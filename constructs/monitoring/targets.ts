import { containerName, type Profile, type ServiceName } from '@nautilus/config';
import type { SeriesEstimate } from './settings';

/** Something that Prometheus reads: one service of the platform at its address in the network. */
export interface Target {
  readonly service: ServiceName;
  readonly job: 'engines' | 'exporters' | 'prometheus' | 'grafana';
  /** `container:port`. */
  readonly address: string;
  readonly series: SeriesEstimate;
}

/** Histogram of a route and status: 12 bounds, infinity, sum and count. */
const routeSeries = 15;
/** What the kernel exports of any engine: event loop, heap, garbage, memory, topics. */
const kernelSeries = 150;
/** Bounds of a hop's histogram with its sum, count and three percentiles. */
const hopSeries = 29;

/**
 * Series of each service. Expected: counted on the running services. Limit: every route of an engine with five different
 * statuses, every key group and query of an exporter; a target that exports more is refused as a whole and an alert says so.
 */
function seriesOf(profile: Profile, job: Target['job'], service: ServiceName): SeriesEstimate {
  if (job === 'engines') {
    const { accounts, instruments } = profile.trading;
    const own = service === 'risk' ? accounts.length * (6 + instruments.length) : 30;
    return { expected: kernelSeries + 3 * hopSeries + 6 * routeSeries + own, limit: 1500 + own };
  }
  const known: Partial<Record<ServiceName, SeriesEstimate>> = {
    'redis-exporter': { expected: 400, limit: 1000 },
    'postgres-exporter': { expected: 900, limit: 2500 },
    prometheus: { expected: 750, limit: 1500 },
    grafana: { expected: 300, limit: 1500 },
  };
  return known[service] ?? { expected: 300, limit: 1000 };
}

const jobs: Partial<Record<ServiceName, Target['job']>> = {
  prometheus: 'prometheus',
  grafana: 'grafana',
  'redis-exporter': 'exporters',
  'postgres-exporter': 'exporters',
};

/** Every deployed service that exports metrics; the databases are read through their exporters. */
export const targetsOf = (profile: Profile): Target[] =>
  Object.values(profile.services).flatMap(({ name, catalog, port }) => {
    const job = catalog.kind === 'engine' ? 'engines' : jobs[name];
    if (!job) return [];
    const address = `${containerName(profile, name)}:${port.number}`;
    return [{ service: name, job, address, series: seriesOf(profile, job, name) }];
  });

/** Up, duration and three counts that Prometheus adds to each target. */
const addedSeries = 5;

export function seriesEstimate(targets: readonly Target[]): SeriesEstimate {
  const sum = (part: keyof SeriesEstimate) =>
    targets.reduce((total, { series }) => total + series[part] + addedSeries, 0);
  return { expected: sum('expected'), limit: sum('limit') };
}
