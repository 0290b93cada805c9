/** Constructs of Grafana's Terraform provider, which bin/bindings.js makes from the schema in provider/. */
export { ContactPoint } from '../../.gen/providers/grafana/contact-point';
export { Dashboard } from '../../.gen/providers/grafana/dashboard';
export { DataSource } from '../../.gen/providers/grafana/data-source';
export { Folder } from '../../.gen/providers/grafana/folder';
export { MuteTiming } from '../../.gen/providers/grafana/mute-timing';
export { NotificationPolicy } from '../../.gen/providers/grafana/notification-policy';
export { GrafanaProvider } from '../../.gen/providers/grafana/provider';
export { RuleGroup, type RuleGroupRule } from '../../.gen/providers/grafana/rule-group';
