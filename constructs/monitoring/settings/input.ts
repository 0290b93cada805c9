import type { CpuCores, Duration, MemorySize } from '@nautilus/config';

/** What the settings of Prometheus are derived from. */
export interface PrometheusInput {
  /** The container's limit. */
  readonly limit: MemorySize;
  readonly cpus: CpuCores;
  readonly scrapeInterval: Duration;
  readonly retention: Duration;
  readonly retentionSize: MemorySize;
  readonly concurrentQueries: number;
  /** Connections of clients at once. */
  readonly connections: number;
  readonly series: SeriesEstimate;
}

/** Time series that the platform's services export at the same time. */
export interface SeriesEstimate {
  /** On an ordinary day. */
  readonly expected: number;
  /** At most: a service that exports more is refused, target by target. */
  readonly limit: number;
}
