import { Duration, type Profile } from '@nautilus/config';
import { stringify } from 'yaml';
import { seriesEstimate, targetsOf } from '../targets';
import { databaseRules } from './databases';
import { memoryRules } from './memory';
import { orderPathRules } from './order-path';
import { platformRules } from './platform';
import { riskRules } from './risk';
import type { RuleGroup, RuleInput } from './rule';

export { type AlertRule, type RecordingRule, type RuleGroup, type Severity, type Subject, subjects } from './rule';

const shortestWindow = Duration.minutes(5);
const readings = 4;

/** Range of every rate in rules and dashboards: at least four readings, or a single one that is late leaves a hole. */
export function rateWindow(scrapeInterval: Duration): Duration {
  const needed = Duration.milliseconds(readings * scrapeInterval.milliseconds);
  return needed.milliseconds > shortestWindow.milliseconds ? needed : shortestWindow;
}

/** All rules of a profile, by subject. */
export function ruleGroups(profile: Profile): readonly RuleGroup[] {
  const input: RuleInput = {
    window: rateWindow(profile.monitoring.scrapeInterval),
    ordersPerSecond: profile.workload.ordersPerSecond,
    limitsStaleAfter: profile.trading.limitsStaleAfter,
    seriesLimit: seriesEstimate(targetsOf(profile)).limit,
  };
  return [platformRules, orderPathRules, memoryRules, databaseRules, riskRules].map((rules) => rules(input));
}

/** The rules as Prometheus reads them. */
export const prometheusRules = (profile: Profile): string =>
  stringify(
    {
      groups: ruleGroups(profile).map(({ subject, records, alerts }) => ({
        name: subject,
        rules: [
          ...records.map(({ record, expression }) => ({ record, expr: expression })),
          ...alerts.map(({ alert, severity, expression, for: wait, summary, description }) => ({
            alert,
            expr: expression,
            ...(wait && { for: wait.toPrometheus() }),
            labels: { severity, subject },
            annotations: { summary, description },
          })),
        ],
      })),
    },
    { lineWidth: 0 },
  );
