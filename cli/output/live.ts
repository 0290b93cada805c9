import type { LiveReading } from '@nautilus/operations/live';
import { table } from './table';

/** A value as it was declared, with its unit. */
const declared = ({ value, unit, band }: LiveReading['expectation']): string =>
  band ? `${band.min} to ${band.max}` : `${value === '' ? '""' : value}${unit && unit !== 'count' ? ` ${unit}` : ''}`;

/** What is not as declared, a row each; then how much was read. */
export function liveText(readings: readonly LiveReading[]): string {
  const rest = readings.filter(({ verdict }) => verdict !== 'equal');
  const services = new Set(readings.map(({ service }) => service)).size;
  const absent = rest.filter(({ verdict }) => verdict === 'absent').length;
  const applicable = readings.length - absent;
  const summary = `${readings.length - rest.length} of ${applicable} settings of ${services} service${services === 1 ? '' : 's'} are read back as declared${
    absent > 0 ? `; ${absent} are of modules that the running servers do not have` : ''
  }`;
  if (rest.length === 0) return summary;
  const rows = rest.map(({ service, expectation, live, verdict, reason }) => [
    service,
    expectation.setting,
    verdict,
    declared(expectation),
    live === undefined ? (reason ?? '') : String(live),
  ]);
  return `${table(rows, ['service', 'setting', '', 'declared', 'live'])}\n\n${summary}`;
}
