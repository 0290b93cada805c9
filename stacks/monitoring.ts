import { DashboardServer, MetricsStore, PostgresExporter, RedisExporter } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { imageOf } from './bundles';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** What watches the rest: Prometheus, its exporters, Grafana. */
export class Monitoring extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'monitoring', props);
    const { profile, bundles } = props;
    if (profile.services.prometheus)
      new MetricsStore(this, 'prometheus', { profile, image: imageOf(profile, bundles, 'prometheus') });
    if (profile.services['redis-exporter']) new RedisExporter(this, 'redis-exporter', { profile });
    if (profile.services['postgres-exporter'])
      new PostgresExporter(this, 'postgres-exporter', {
        profile,
        image: imageOf(profile, bundles, 'postgres-exporter'),
      });
    if (profile.services.grafana) new DashboardServer(this, 'grafana', { profile });
  }
}
