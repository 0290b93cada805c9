import type { Duration } from '@nautilus/config';

/** Who has to hear of it: to know, to look today, to look now, to act now. */
type Severity = 'info' | 'warning' | 'critical' | 'emergency';
type Subject = 'platform' | 'order path' | 'venues' | 'feeds' | 'books' | 'memory' | 'databases' | 'risk';

/** A number that is computed once and drawn often. */
interface RecordingRule {
  /** `level:metric:operation`, as Prometheus recommends. */
  readonly record: string;
  readonly expression: string;
}

export interface AlertRule {
  /** In CamelCase. */
  readonly alert: string;
  readonly severity: Severity;
  readonly expression: string;
  /** How long it must be so before anybody is told. @default at once */
  readonly for?: Duration;
  /** What is wrong, of which service: `{{ $labels.service }}`. */
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
}

/** Rules about one subject, evaluated one after the other: an alert sees what those above it have just decided. */
export interface RuleGroup {
  readonly subject: Subject;
  readonly records: readonly RecordingRule[];
  readonly alerts: readonly AlertRule[];
}

/** What thresholds depend on. */
export interface RuleInput {
  /** Range of a rate: long enough for four readings. */
  readonly window: Duration;
  /** The same for Redis, whose keys are counted less often. */
  readonly cacheWindow: Duration;
  /** Two readings of Redis: one that failed is not yet an alarm. */
  readonly cachePatience: Duration;
  /** Orders a second at peak. */
  readonly ordersPerSecond: number;
  /** Orders are refused when limits are older than this. */
  readonly limitsStaleAfter: Duration;
  /** Most series that all services may export. */
  readonly seriesLimit: number;
}

/**
 * An alert steps back while a worse one about the same service fires, which stands above it in its group. Alertmanager would
 * call it inhibition; there is none here, and what Grafana delivers is what fires.
 */
const unlessFires = (expression: string, worse: string): string =>
  `(${expression}) unless on (service) ALERTS{alertname="${worse}", alertstate="firing"}`;

/** One threshold after the other, worst first: each stands for itself and is silent while a worse one fires. */
export function thresholds(
  levels: readonly Omit<AlertRule, 'expression'>[],
  expression: (level: number) => string,
): AlertRule[] {
  return levels.map((level, index) => ({
    ...level,
    expression: levels.slice(0, index).reduce((inner, { alert }) => unlessFires(inner, alert), expression(index)),
  }));
}
