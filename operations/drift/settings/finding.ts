import { Duration } from '@nautilus/config';
import type { Expectation, Manifest, ManifestService } from '@nautilus/manifest';
import type { LiveReading, LiveValue } from '../../live';
import type { Finding, Repair } from '../finding';
import { makeAnew } from '../repairs';
import { exactSize } from '../text';

/** A service whose settings are compared, and what it was declared with. */
export interface Compared {
  readonly manifest: Manifest;
  readonly service: ManifestService;
}

/** What differs, before it is a finding. */
export interface Difference {
  readonly setting: string;
  readonly kind: string;
  /** @default the setting */
  readonly what?: string;
  readonly declared: string;
  readonly live: string;
  readonly cause?: string;
  readonly repair: Repair;
}

export const finding = ({ service }: Compared, { setting, what = setting, ...difference }: Difference): Finding => ({
  id: `${service.name}/${setting.toLowerCase().replace(/[^\w.@-]+/g, '-')}`,
  service: service.name,
  what,
  ...difference,
  layers: ['settings'],
});

/** What the process was started with, and keeps until another container is made. */
export const startSetting = (compared: Compared, reading: LiveReading): Finding[] => [
  finding(compared, {
    setting: reading.expectation.setting,
    kind: 'start-setting',
    ...sides(reading),
    repair: makeAnew(compared.manifest, compared.service),
  }),
];

/** A value with its unit, exact. */
export function inWords(value: LiveValue, unit: string | undefined): string {
  const number = Number(value);
  if (value === '') return 'empty';
  if (unit === 'bytes' && Number.isSafeInteger(number) && number >= 0) return exactSize(number);
  if (unit === 'ms' && Number.isInteger(number) && number >= 0) return String(Duration.milliseconds(number));
  if (number === Number.POSITIVE_INFINITY) return 'unlimited';
  return unit && unit !== 'count' && !Number.isNaN(number) ? `${value} ${unit}` : String(value);
}

/** What was declared, with the band that something else may move it in. */
function declaredInWords({ value, unit, band }: Expectation): string {
  const declared = inWords(value, unit);
  return band ? `${declared} (${inWords(band.min, unit)} to ${inWords(band.max, unit)})` : declared;
}

/** Both sides of a reading. */
export const sides = ({ expectation, live }: LiveReading): Pick<Difference, 'declared' | 'live'> => ({
  declared: declaredInWords(expectation),
  live: inWords(live ?? '', expectation.unit),
});
