import type { Profile } from '@nautilus/config';

/** A rule that Grafana evaluates itself. What is wrong with the platform Prometheus finds; these are about Prometheus. */
export interface GrafanaRule {
  /** Stays the same for ever: silences and links name it. */
  readonly uid: string;
  readonly title: string;
  readonly expression: string;
  /** It holds when the expression's value is … */
  readonly holds: { readonly is: 'gt' | 'lt'; readonly than: number };
  /** How long it must hold, as Go prints it. */
  readonly for: string;
  /** @default the series' own */
  readonly severity?: 'critical' | 'warning';
  readonly summary: string;
  /** What no series, or no answer, means. */
  readonly silence: 'OK' | 'Alerting';
}

export const alertRules = ({ monitoring }: Pick<Profile, 'monitoring'>): readonly GrafanaRule[] => [
  {
    uid: 'nautilus-found',
    title: 'Found by Prometheus',
    // An alert has the label alertname in Prometheus and in Grafana: there it would be lost.
    expression:
      'max by (alert, severity, subject, service) (label_replace(ALERTS{alertstate="firing", severity!="info"}, "alert", "$1", "alertname", "(.+)"))',
    holds: { is: 'gt', than: 0 },
    // Prometheus has waited already.
    for: '0s',
    summary: '{{ $labels.alert }} {{ $labels.service }}',
    silence: 'OK',
  },
  {
    uid: 'nautilus-prometheus-silent',
    title: 'Prometheus is silent',
    expression: 'max(up{service="prometheus"})',
    holds: { is: 'lt', than: 1 },
    for: '1m0s',
    severity: 'critical',
    summary: 'Prometheus does not answer, or does not read its own metrics: no other alert can fire',
    silence: 'Alerting',
  },
  {
    uid: 'nautilus-rules-late',
    title: 'Alerts are not evaluated',
    expression: 'time() - min(prometheus_rule_group_last_evaluation_timestamp_seconds)',
    holds: { is: 'gt', than: Math.max(300, 10 * monitoring.scrapeInterval.seconds) },
    for: '1m0s',
    severity: 'critical',
    summary: 'A group of rules was last evaluated {{ $values.A }} seconds ago: its alerts cannot fire',
    silence: 'OK',
  },
];
