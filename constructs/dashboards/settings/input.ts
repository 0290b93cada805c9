import type { Duration } from '@nautilus/config';

/** What Grafana's settings are derived from. */
export interface GrafanaInput {
  /** Where people find it, with the path that it is served under. */
  readonly url: string;
  /** Does somebody reach it without the gateway, over plain HTTP? */
  readonly published: boolean;
  /** Time between two readings of a service. */
  readonly scrapeInterval: Duration;
}
