import { Duration, MemorySize, NautilusError, type Profile } from '@nautilus/config';

const shortest = Duration.seconds(1);
/** A reading that is older than five minutes does not exist for Prometheus: two must fit in, and one may fail. */
const longest = Duration.minutes(2);
const leastRetention = Duration.parse('2h');
const leastSize = MemorySize.mebibytes(64);

/** @throws NautilusError NAUT_SCRAPE_INTERVAL, NAUT_RETENTION: what Prometheus would take and then not do */
export function checkMonitoring({ name, file, monitoring }: Profile): void {
  const { scrapeInterval, retention, retentionSize } = monitoring;
  if (scrapeInterval.milliseconds < shortest.milliseconds || scrapeInterval.milliseconds > longest.milliseconds)
    throw new NautilusError({
      code: 'NAUT_SCRAPE_INTERVAL',
      message: `profile ${name} reads the services every ${scrapeInterval}`,
      details: [`allowed: ${shortest} to ${longest}; Prometheus forgets a reading after five minutes`],
      fix: `set monitoring.scrapeInterval to 15s in ${file}`,
    });
  if (retention.milliseconds < leastRetention.milliseconds || leastSize.exceeds(retentionSize))
    throw new NautilusError({
      code: 'NAUT_RETENTION',
      message: `profile ${name} keeps measurements for ${retention} or ${retentionSize}`,
      details: [
        `allowed: ${leastRetention} and ${leastSize} or more; Prometheus keeps blocks of two hours, and 0 means for ever`,
      ],
      fix: `set monitoring.retention and monitoring.retentionSize in ${file}`,
    });
}
