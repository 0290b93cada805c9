import type { Construct } from 'constructs';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** What watches the rest: Prometheus, its exporters, Grafana. */
export class Monitoring extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'monitoring', props);
  }
}
