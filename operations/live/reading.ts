import type { Expectation, ManifestService } from '@nautilus/manifest';
import type { ObservedService } from './observed';

export type LiveValue = string | number | boolean;

/** The settings of one running server: what it says of an expectation, in the expectation's unit; undefined where it has no such setting. */
export type LiveSettings = (expectation: Expectation) => LiveValue | undefined;

/** How the settings of one kind of server are found out. */
export interface Subject {
  /** Shell programs by name, run in the service's container; `ask PROGRAM ARGUMENTS...` runs what may hang. Changes nothing. */
  questions(service: ManifestService): Readonly<Record<string, string>>;
  /** What the answers mean. Pure. Throws where an answer is missing or makes no sense. */
  settings(observed: ObservedService, service: ManifestService): LiveSettings;
}

/** One expectation beside what the running server says. */
export interface LiveReading {
  readonly service: string;
  readonly expectation: Expectation;
  readonly live: LiveValue | undefined;
  /**
   * equal: as declared, or inside its band; absent: of a module that this server does not have; unread: nobody could be asked, which is
   * no proof of anything.
   */
  readonly verdict: 'equal' | 'differs' | 'absent' | 'unread';
  /** Why there is no live value. */
  readonly reason?: string;
}

const switches: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  '1': true,
  off: false,
  no: false,
  false: false,
  '0': false,
};

/** Is the live value what was declared? Numbers as numbers, switches in any dialect, texts without regard to spaces around. */
export function agrees({ value, band }: Expectation, live: LiveValue): boolean {
  if (typeof value === 'number') {
    const number = Number(live);
    if (band) return number >= band.min && number <= band.max;
    return Math.abs(number - value) <= 1e-9 * Math.max(1, Math.abs(value));
  }
  if (typeof value === 'boolean') return switches[String(live).toLowerCase()] === value;
  return String(live).trim() === value.trim();
}
