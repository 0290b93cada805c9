import { Duration, type Profile } from '@nautilus/config';
import { stringify } from 'yaml';
import { type Target, targetsOf } from './targets';

/** A service that takes longer to answer is as good as down. */
const longestAnswer = Duration.seconds(10);

/** Where rules stand in the image, beside prometheus.yml. */
export const rulesFile = 'rules.yml';

const shorter = (a: Duration, b: Duration) => (a.milliseconds <= b.milliseconds ? a : b);

function scrapeJob(job: string, targets: readonly Target[]) {
  const { series, interval, timeout } = targets[0]!;
  return {
    job_name: job,
    ...(interval && { scrape_interval: interval.toPrometheus() }),
    ...(timeout && { scrape_timeout: timeout.toPrometheus() }),
    // An engine names itself as the catalogue does; without this its own label would be renamed beside the target's.
    honor_labels: job === 'engines',
    // A target that exports more is refused as a whole, and an alert says so.
    sample_limit: series.limit,
    static_configs: targets.map(({ service, address }) => ({ targets: [address], labels: { service } })),
    ...(job === 'grafana' && {
      // Grafana exports a thousand series of its HTTP and database layers: kept are those that say whether it alerts.
      metric_relabel_configs: [
        { source_labels: ['__name__'], regex: 'grafana_(build_info|alerting_.*)|process_.*', action: 'keep' },
      ],
    }),
  };
}

/** prometheus.yml: what is read, how often, and the rules over it. There is no Alertmanager: Grafana delivers what fires here. */
export function prometheusConfiguration(profile: Profile): string {
  const { scrapeInterval } = profile.monitoring;
  const targets = targetsOf(profile);
  const jobs = [...new Set(targets.map(({ job }) => job))];
  return stringify({
    global: {
      scrape_interval: scrapeInterval.toPrometheus(),
      scrape_timeout: shorter(scrapeInterval, longestAnswer).toPrometheus(),
      evaluation_interval: scrapeInterval.toPrometheus(),
    },
    rule_files: [rulesFile],
    scrape_configs: jobs.map((job) =>
      scrapeJob(
        job,
        targets.filter((target) => target.job === job),
      ),
    ),
  });
}
