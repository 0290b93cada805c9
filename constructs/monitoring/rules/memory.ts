import { Duration } from '@nautilus/config';
import { type RuleGroup, type RuleInput, thresholds } from './rule';

const levels = [
  { name: 'Emergency', severity: 'emergency', percent: 95, for: Duration.seconds(0) },
  { name: 'Critical', severity: 'critical', percent: 90, for: Duration.minutes(1) },
  { name: 'Warning', severity: 'warning', percent: 80, for: Duration.minutes(2) },
  { name: 'Info', severity: 'info', percent: 60, for: Duration.minutes(5) },
] as const;

/**
 * How near each engine's container is to its limit. Pages that the kernel can drop at once do not count: they fill any limit.
 * The requirements' percentages are thresholds, not bands: 95 % is also more than 60 %, and only the worst one speaks.
 */
export const memoryRules = (_: RuleInput): RuleGroup => ({
  subject: 'memory',
  records: [
    {
      record: 'service:memory_working_set:ratio',
      expression: 'nautilus_cgroup_memory_working_set_bytes / nautilus_cgroup_memory_limit_bytes',
    },
  ],
  alerts: thresholds(
    levels.map(({ name, severity, percent, for: wait }) => ({
      alert: `Memory${name}`,
      severity,
      for: wait,
      summary: '{{ $labels.service }} uses {{ $value | humanizePercentage }} of its memory',
      description: `More than ${percent} % of the container's limit. At the limit the kernel kills it: raise services.<name>.claim.memory.limit, or ask less of it.`,
    })),
    (level) => `service:memory_working_set:ratio > ${levels[level]!.percent / 100}`,
  ),
});
