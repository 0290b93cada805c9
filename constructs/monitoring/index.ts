export { metricsBundle } from './image';
export { MetricsStore, type MetricsStoreProps, prometheusInput } from './metrics-store';
export {
  type AlertRule,
  type RecordingRule,
  type RuleGroup,
  rateWindow,
  ruleGroups,
  type Severity,
  type Subject,
  subjects,
} from './rules';
export { type PrometheusInput, type PrometheusSettings, tunePrometheus } from './settings';
export { type Target, targetsOf } from './targets';
export { prometheusWorstCase } from './worst-case';
