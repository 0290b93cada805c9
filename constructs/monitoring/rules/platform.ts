import { Duration } from '@nautilus/config';
import { type RuleGroup, type RuleInput, thresholds } from './rule';

/** Do the processes live, can they serve, and do they get the CPU that they need? */
export const platformRules = ({ window, seriesLimit }: RuleInput): RuleGroup => ({
  subject: 'platform',
  records: [
    {
      record: 'service:http_request_duration_seconds:p99',
      expression: `histogram_quantile(0.99, sum by (service, le) (rate(nautilus_http_request_duration_seconds_bucket[${window}])))`,
    },
    {
      record: 'service:cpu_throttled:ratio',
      expression: `rate(nautilus_cgroup_cpu_throttled_periods_total[${window}]) / (rate(nautilus_cgroup_cpu_periods_total[${window}]) > 0)`,
    },
  ],
  alerts: [
    {
      alert: 'ServiceDown',
      severity: 'critical',
      expression: 'up == 0',
      for: Duration.minutes(1),
      summary: '{{ $labels.service }} does not answer',
      description: 'Its metrics cannot be read: `docker ps` and `docker logs` of its container say why.',
    },
    {
      alert: 'ServiceRestarting',
      severity: 'critical',
      expression: 'changes(process_start_time_seconds[15m]) >= 3',
      summary: '{{ $labels.service }} has started {{ $value }} times in 15 minutes',
      description: 'It ends soon after each start: the last lines of its log name the reason.',
    },
    {
      alert: 'ServiceNotReady',
      severity: 'warning',
      expression: 'nautilus_ready == 0',
      for: Duration.minutes(2),
      summary: '{{ $labels.service }} lives but cannot serve',
      description: 'GET /ready of the engine says why.',
    },
    ...thresholds(
      [
        {
          alert: 'EventLoopBlocked',
          severity: 'critical',
          for: Duration.minutes(2),
          summary: '{{ $labels.service }} answers {{ $value | humanizeDuration }} late',
          description: 'One turn in a hundred takes that long: the engine does too much at once or has too little CPU.',
        },
        {
          alert: 'EventLoopSlow',
          severity: 'warning',
          for: Duration.minutes(5),
          summary: '{{ $labels.service }} answers {{ $value | humanizeDuration }} late',
          description: 'One turn in a hundred takes that long: look at its CPU quota and at what it was asked.',
        },
      ],
      (level) => `nodejs_eventloop_lag_p99_seconds > ${[1, 0.1][level]}`,
    ),
    {
      alert: 'CpuThrottled',
      severity: 'warning',
      expression: 'service:cpu_throttled:ratio > 0.25',
      for: Duration.minutes(10),
      summary: '{{ $labels.service }} is stopped in {{ $value | humanizePercentage }} of its periods',
      description:
        'Its CPU quota is used up: raise services.<name>.claim.cpus. Known with diagnostics.hardwareMetrics only.',
    },
    {
      alert: 'ScrapeRefused',
      severity: 'warning',
      expression: `increase(prometheus_target_scrapes_exceeded_sample_limit_total[${window}]) > 0`,
      summary: 'a service exports more series than it may',
      description: 'All its measurements are dropped until it exports fewer: its target page in Prometheus names it.',
    },
    {
      alert: 'SeriesNearLimit',
      severity: 'warning',
      expression: `prometheus_tsdb_head_series > ${Math.floor(seriesLimit * 0.9)}`,
      for: Duration.minutes(10),
      summary: 'Prometheus holds {{ $value }} series',
      description: `Its memory was sized for ${seriesLimit}: raise its claim or export less.`,
    },
    {
      alert: 'RuleFails',
      severity: 'warning',
      expression: `increase(prometheus_rule_evaluation_failures_total[${window}]) > 0`,
      summary: 'a rule cannot be evaluated',
      description: 'An alert may be missing: the rules page of Prometheus shows the error.',
    },
  ],
});
