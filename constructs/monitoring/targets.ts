import { containerName, type Duration, gatewayMetricsPort, type Profile, type ServiceName } from '@nautilus/config';
import { redisExporterScrape } from '../exporters';
import type { SeriesEstimate } from './settings';

/** Something that Prometheus reads: one service of the platform at its address in the network. */
export interface Target {
  readonly service: ServiceName;
  /** `engines`, or the service itself. */
  readonly job: string;
  /** `container:port`. */
  readonly address: string;
  readonly series: SeriesEstimate;
  /** @default as often as all others */
  readonly interval?: Duration;
  readonly timeout?: Duration;
}

/** Histogram of a route and status: 12 bounds, infinity, sum and count. */
const routeSeries = 15;
/** What the kernel exports of any engine: event loop, heap, garbage, memory, topics. */
const kernelSeries = 150;
/** Bounds of a hop's histogram with its sum, count and three percentiles. */
const hopSeries = 29;

/** Expected is counted on a running engine; the limit is enough for every route with five different statuses. */
function engineSeries({ accounts, instruments }: Profile['trading'], service: ServiceName): SeriesEstimate {
  const positions = accounts.length * (6 + instruments.length);
  const own = service === 'risk' ? positions : 30;
  return { expected: kernelSeries + 3 * hopSeries + 6 * routeSeries + own, limit: 1500 + positions };
}

type Reading = Pick<Target, 'series' | 'interval' | 'timeout'> & { readonly port?: number };

/** Services besides the engines that export metrics: the databases through their exporters, nginx at a port of its own. */
const others: Partial<Record<ServiceName, (profile: Profile) => Reading>> = {
  nginx: () => ({ port: gatewayMetricsPort, series: { expected: 5, limit: 50 } }),
  prometheus: () => ({ series: { expected: 750, limit: 1500 } }),
  grafana: () => ({ series: { expected: 300, limit: 1500 } }),
  'redis-exporter': (profile) => ({ ...redisExporterScrape(profile), series: { expected: 400, limit: 1000 } }),
  'postgres-exporter': () => ({ series: { expected: 900, limit: 2500 } }),
};

/** Every deployed service that exports metrics. */
export const targetsOf = (profile: Profile): Target[] =>
  Object.values(profile.services).flatMap(({ name, catalog, port }) => {
    const engine = catalog.kind === 'engine';
    const reading = engine ? { series: engineSeries(profile.trading, name) } : others[name]?.(profile);
    if (!reading) return [];
    const { port: own = port.number, ...rest }: Reading = reading;
    const address = `${containerName(profile, name)}:${own}`;
    return [{ service: name, job: engine ? 'engines' : name, address, ...rest }];
  });

/** Up, duration and three counts that Prometheus adds to each target. */
const addedSeries = 5;

/** Of all targets together. */
export function seriesEstimate(targets: readonly Target[]): SeriesEstimate {
  const sum = (part: keyof SeriesEstimate) =>
    targets.reduce((total, { series }) => total + series[part] + addedSeries, 0);
  return { expected: sum('expected'), limit: sum('limit') };
}
