import { Duration, MemorySize } from '@nautilus/config';
import { asked, selector } from '../../setting';
import type { PrometheusInput } from './input';

/** Compressed, as Prometheus states it: 1 to 2 bytes; the larger is taken. */
const bytesPerSample = 2;
const day = Duration.parse('1d');

/** What a day of measurements takes on the disk. */
function bytesPerDay({ series, scrapeInterval }: Pick<PrometheusInput, 'series' | 'scrapeInterval'>) {
  const samples = (series.expected * day.milliseconds) / scrapeInterval.milliseconds;
  return MemorySize.bytes(Math.round(samples * bytesPerSample));
}

const source = 'Prometheus documentation, storage: 1 to 2 bytes a sample';

/** The requirements' own figures, taken where they are the profile's too. */
const required = { time: Duration.parse('90d'), size: MemorySize.gibibytes(50) };

function holds(input: PrometheusInput): string {
  const daily = bytesPerDay(input);
  const days = input.retentionSize.bytes / daily.bytes;
  const wanted = input.retention.milliseconds / day.milliseconds;
  const first = days < wanted ? 'so the size ends them first' : `so the ${input.retention} end first`;
  const rounded = days < 10 ? days.toFixed(1) : String(Math.floor(days));
  return `${input.series.expected} series every ${input.scrapeInterval} take ${daily} a day: ${input.retentionSize} hold ${rounded} days, ${first}`;
}

export const retentionTime = selector('storage.tsdb.retention.time', (input: PrometheusInput) => ({
  value: input.retention,
  reason: holds(input),
  source,
  ...asked('90d', {
    met: input.retention.milliseconds === required.time.milliseconds,
    why: 'the profile keeps what its disk and its purpose are for',
  }),
}));

export const retentionSize = selector('storage.tsdb.retention.size', (input: PrometheusInput) => ({
  value: input.retentionSize.floorTo(MemorySize.mebibytes(1)),
  reason: `the disk never fills, however many series there are; ${holds(input)}`,
  source,
  ...asked('50GB', {
    met: input.retentionSize.equals(required.size),
    why: 'the profile takes no more of its disk; Prometheus counts in powers of 1024',
  }),
}));

export const walCompression = selector('storage.tsdb.wal-compression', (_: PrometheusInput) => ({
  value: true,
  reason: 'half the log on the disk for little CPU',
  source: 'Prometheus documentation, storage',
}));
