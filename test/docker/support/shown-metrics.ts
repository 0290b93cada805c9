import type { Profile } from '@nautilus/config';
import { shownExpressions } from '@nautilus/constructs';
import { everyMetricIn } from '../../support/promql';

/** Metrics of which a healthy platform may have no series yet, and why. */
const notAlwaysThere: Readonly<Record<string, string>> = {
  ALERTS: 'only while something fires',
  nautilus_database_executions_recent_notional: 'only once there was a fill',
  nautilus_database_orders_recent: 'only once there was an order',
  nautilus_hop_duration_seconds_bucket: 'only once a message went over the hop',
  nautilus_pressure_stalled_seconds_total: 'only where the kernel tells',
  nautilus_risk_position: 'only once there was a fill',
  prometheus_tsdb_storage_blocks_bytes: 'only once two hours are a block',
  redis_key_group_count: 'only once there are keys',
  redis_key_group_memory_usage_bytes: 'only once there are keys',
};

/**
 * Metrics that a dashboard or an alert asks for and that the running platform has not, each with where it is asked for.
 * @param live the names that the running Prometheus knows (its label `__name__`)
 */
export function metricsNotThere(profile: Profile, live: ReadonlySet<string>): string[] {
  return shownExpressions(profile).flatMap(({ where, expression }) =>
    everyMetricIn(expression)
      .filter((metric) => !live.has(metric) && !(metric in notAlwaysThere))
      .map((metric) => `${where}: ${metric}`),
  );
}
