import { Duration, type Profile } from '@nautilus/config';
import { stringify } from 'yaml';
import { seriesEstimate, targetsOf } from '../targets';
import { booksRules } from './books';
import { databaseRules } from './databases';
import { feedRules } from './feeds';
import { memoryRules } from './memory';
import { orderPathRules } from './order-path';
import { platformRules } from './platform';
import { riskRules } from './risk';
import type { RuleGroup, RuleInput } from './rule';
import { venueRules } from './venues';

const shortestWindow = Duration.minutes(5);
const readings = 4;

const longer = (a: Duration, b: Duration) => (a.milliseconds >= b.milliseconds ? a : b);

/** Range of every rate in rules and dashboards: at least four readings, or a single one that is late leaves a hole. */
export const rateWindow = (scrapeInterval: Duration): Duration =>
  longer(shortestWindow, Duration.milliseconds(readings * scrapeInterval.milliseconds));

/** All rules of a profile, by subject. */
export function ruleGroups(profile: Profile): readonly RuleGroup[] {
  const { scrapeInterval } = profile.monitoring;
  const targets = targetsOf(profile);
  const cacheInterval = targets.find(({ service }) => service === 'redis-exporter')?.interval ?? scrapeInterval;
  const input: RuleInput = {
    window: rateWindow(scrapeInterval),
    cacheWindow: rateWindow(cacheInterval),
    cachePatience: longer(Duration.minutes(1), Duration.milliseconds(2 * cacheInterval.milliseconds)),
    ordersPerSecond: profile.workload.ordersPerSecond,
    limitsStaleAfter: profile.trading.limitsStaleAfter,
    seriesLimit: seriesEstimate(targets).limit,
  };
  return [platformRules, orderPathRules, venueRules, feedRules, booksRules, memoryRules, databaseRules, riskRules].map(
    (rules) => rules(input),
  );
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
