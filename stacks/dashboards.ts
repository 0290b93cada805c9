import { DashboardContent, GrafanaProvider, publishedUrl } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { KeptStack } from './platform-stack';
import type { PlatformStackProps } from './props';
import { grafanaProvider } from './provider-lock';

/** What Grafana shows. A stack of its own: its server must be up before Terraform can even plan it. */
export class Dashboards extends KeptStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'dashboards', props);
    const { profile } = props;
    // Who it is comes from GRAFANA_AUTH in Terraform's environment alone: neither here nor in the state.
    new GrafanaProvider(this, 'grafana', { url: publishedUrl(profile), retries: 5, retryWait: 2 });
    this.addOverride('terraform.required_providers.grafana.source', grafanaProvider.source);
    this.addOverride('terraform.required_providers.grafana.version', grafanaProvider.constraint);
    new DashboardContent(this, 'content', profile);
  }
}
