import { writeWhole } from '@nautilus/config';
import { layers } from './finding';
import type { Report } from './report';

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelled = (labels: Readonly<Record<string, string>>) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;

/** A report in Prometheus' text format, for the textfile collector of node_exporter. */
export function metricsText(report: Report): string {
  const { profile, project } = report;
  const counts = new Map<string, number>();
  for (const { service, kind } of report.findings) {
    const labels = labelled({ project, profile, service, kind });
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
  }
  const own = { project, profile };
  const read = layers.flatMap((layer) => {
    const look = report.layers.find((candidate) => candidate.layer === layer);
    return look ? [`nautilus_drift_layer_read${labelled({ ...own, layer })} ${look.unread.length === 0 ? 1 : 0}`] : [];
  });
  const times = report.layers.map(
    ({ layer, seconds }) => `nautilus_drift_look_seconds${labelled({ ...own, layer })} ${seconds}`,
  );
  return [
    '# HELP nautilus_drift_differences Differences between what was declared and what runs.',
    '# TYPE nautilus_drift_differences gauge',
    `nautilus_drift_differences${labelled(own)} ${report.findings.length}`,
    '# HELP nautilus_drift_findings The same by service and kind.',
    '# TYPE nautilus_drift_findings gauge',
    ...[...counts].map(([labels, count]) => `nautilus_drift_findings${labels} ${count}`),
    '# HELP nautilus_drift_layer_read Whether all of the layer could be read; 0 is no proof that nothing drifted.',
    '# TYPE nautilus_drift_layer_read gauge',
    ...read,
    '# HELP nautilus_drift_look_seconds What the look took.',
    '# TYPE nautilus_drift_look_seconds gauge',
    ...times,
    '# HELP nautilus_drift_last_look_timestamp_seconds When it was looked, as Unix time.',
    '# TYPE nautilus_drift_last_look_timestamp_seconds gauge',
    `nautilus_drift_last_look_timestamp_seconds${labelled(own)} ${Date.parse(report.lookedAt) / 1000}`,
    '',
  ].join('\n');
}

/** Writes the metrics whole or not at all: the collector never reads half of them. */
export const writeTextfile = (file: string, report: Report): void => writeWhole(file, metricsText(report));
