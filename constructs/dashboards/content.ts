import { deployedService, type Profile } from '@nautilus/config';
import { Construct } from 'constructs';
import { literal } from '../service';
import { alertRules, type GrafanaRule } from './alerts';
import { boardsOf, prometheusUid, render } from './boards';
import { Notification } from './notification';
import { folder } from './objects';
import { Dashboard, DataSource, Folder, RuleGroup, type RuleGroupRule } from './provider';

/** Uid under which Grafana knows its own expressions: thresholds and the like. */
const expressions = '__expr__';

/** What Grafana shows and sends: data source, dashboards, alerts, and who hears of them. Every uid is pinned. */
export class DashboardContent extends Construct {
  constructor(scope: Construct, id: string, profile: Profile) {
    super(scope, id);
    const service = deployedService(profile, 'prometheus');
    const prometheus = new DataSource(this, 'prometheus', {
      uid: prometheusUid,
      name: 'Prometheus',
      type: 'prometheus',
      url: `http://${service.name}:${service.port}`,
      accessMode: 'proxy',
      isDefault: true,
      jsonDataEncoded: JSON.stringify({
        httpMethod: 'POST',
        manageAlerts: true,
        prometheusType: 'Prometheus',
        timeInterval: `${profile.monitoring.scrapeInterval.seconds}s`,
      }),
    });
    prometheus.overrideLogicalId('prometheus');

    const place = new Folder(this, 'folder', folder);
    place.overrideLogicalId('nautilus');
    for (const board of boardsOf(profile)) {
      const dashboard = new Dashboard(this, board.uid, {
        folder: place.uid,
        configJson: literal(JSON.stringify(render(board, profile))),
        // Found under its uid in a volume that is older than the state: ours all the same.
        overwrite: true,
        dependsOn: [prometheus],
      });
      dashboard.overrideLogicalId(board.uid);
    }

    const rules = new RuleGroup(this, 'alerts', {
      name: 'Monitoring',
      folderUid: place.uid,
      intervalSeconds: 30,
      rule: alertRules(profile).map((rule) => ruleBlock(rule, prometheus.uid)),
    });
    rules.overrideLogicalId('alerts');
    rules.node.addDependency(new Notification(this, 'notification', profile));
  }
}

/** Two steps: the value now, and whether it is past the threshold. */
const ruleBlock = (rule: GrafanaRule, source: string): RuleGroupRule => ({
  uid: rule.uid,
  name: rule.title,
  condition: 'B',
  for: rule.for,
  noDataState: rule.silence,
  execErrState: rule.silence,
  ...(rule.severity && { labels: { severity: rule.severity } }),
  annotations: { summary: literal(rule.summary) },
  data: [
    {
      refId: 'A',
      datasourceUid: source,
      relativeTimeRange: { from: 600, to: 0 },
      model: literal(
        JSON.stringify({ editorMode: 'code', expr: rule.expression, instant: true, range: false, refId: 'A' }),
      ),
    },
    {
      refId: 'B',
      datasourceUid: expressions,
      relativeTimeRange: { from: 0, to: 0 },
      model: JSON.stringify({
        conditions: [{ evaluator: { params: [rule.holds.than], type: rule.holds.is } }],
        expression: 'A',
        refId: 'B',
        type: 'threshold',
      }),
    },
  ],
});
