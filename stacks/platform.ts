import './without-traces';
import { checkBudget, checkRules } from '@nautilus/constructs';
import { App } from 'cdktf';
import { Dashboards } from './dashboards';
import { Edge } from './edge';
import { Foundation } from './foundation';
import { Images } from './images';
import { Monitoring } from './monitoring';
import type { PlatformStackProps } from './props';
import { Storage } from './storage';
import { Trading } from './trading';

/** All stacks of a profile. They take names from it and read nothing of each other's state. Throws NAUT_RULE_BROKEN, and what does not fit. */
export function platform(outdir: string, props: PlatformStackProps): App {
  const app = new App({ outdir, stackTraces: false });
  const storage = new Storage(app, props);
  const images = new Images(app, props);
  const foundation = new Foundation(app, props);
  const trading = new Trading(app, props);
  const edge = new Edge(app, props);
  const monitoring = new Monitoring(app, props);
  foundation.addDependency(storage);
  foundation.addDependency(images);
  trading.addDependency(foundation);
  edge.addDependency(trading);
  monitoring.addDependency(foundation);
  if (props.profile.services.grafana) new Dashboards(app, props).addDependency(monitoring);
  checkRules(app, { address: props.profile.exposure.address.toString() });
  checkBudget(app, props.profile);
  return app;
}
