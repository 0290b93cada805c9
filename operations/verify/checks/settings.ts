import type { ServiceName } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';
import type { LiveReading } from '../../live';
import { type Check, check, fail, type Judgement, some, unknown, unless } from '../check';
import type { Platform } from '../platform/platform';

export interface SettingsProps extends Pick<Check, 'id' | 'source' | 'command' | 'what'> {
  readonly service: ServiceName;
  /** In whose words the settings are. */
  readonly subjects: readonly Expectation['subject'][];
}

const shown = ({ service, expectation: { setting, value, unit = '' }, live }: LiveReading) =>
  `${service}: ${setting} is ${live}, declared ${value} ${unit}`.trimEnd();

/** Settings as declared are a pass; one that could not be read is no proof of anything. */
export function judgeSettings(readings: readonly LiveReading[]): Judgement {
  const of = (verdict: LiveReading['verdict']) => readings.filter((reading) => reading.verdict === verdict);
  const [differs, unread, equal, absent] = [of('differs'), of('unread'), of('equal'), of('absent')];
  const without = absent.length > 0 ? `; ${absent.length} of modules that the server does not have` : '';
  const reading = `${equal.length} of ${readings.length - absent.length} as declared${without}`;
  if (differs.length > 0) return fail(reading, some(differs.map(shown)));
  if (unread.length > 0) return unknown(some(unread.map(({ service, reason }) => `${service}: ${reason}`)));
  return unless([equal.length === 0 && 'nothing is declared of it'], reading);
}

/** Why nobody tuned this server: the platform has none, or runs it with its defaults. */
export const untuned = (service: ServiceName) => (platform: Platform) =>
  platform.absent(service) ??
  (platform.mode === 'local' ? `local mode tunes no ${service}: it runs with its defaults` : undefined);

/** Every setting of a server beside what the running one says. */
export const settingsCheck = ({ service, subjects, ...described }: SettingsProps): Check =>
  check({
    ...described,
    expectation: 'every declared setting is the running server’s',
    unavailable: untuned(service),
    read: async ({ containers }: Platform) =>
      (await containers!.settings()).filter(
        (reading) => reading.service === service && subjects.includes(reading.expectation.subject),
      ),
    judge: judgeSettings,
  });
