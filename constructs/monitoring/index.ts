export { metricsBundle } from './image';
export { MetricsStore, type MetricsStoreProps, prometheusInput } from './metrics-store';
export { ruleGroups } from './rules';
export { tunePrometheus } from './settings';
export { targetsOf } from './targets';
export { prometheusWorstCase } from './worst-case';
