import type { Expectation, Manifest, ManifestService } from '@nautilus/manifest';
import { type LiveReading, type ObservedService, type ObservedServices, readingsOf } from '../../live';
import type { Finding, Unread } from '../finding';
import { containerSetting, isOfDocker, limitsInForce } from './container';
import { engineConfiguration } from './engine';
import { type Compared, startSetting } from './finding';
import { loadedInNginx, loadedInPrometheus } from './loaded';
import { extension, postgresSetting, roleSetting, schemaVersion, undeclaredInPostgres } from './postgres';
import { redisSetting } from './redis';

type Explain = (compared: Compared, reading: LiveReading, observed: ObservedService) => Finding[];

/** Who can change a setting of the subject while it runs, and how it is put right. */
const explain: Partial<Record<Expectation['subject'], Explain>> = {
  container: containerSetting,
  postgres: postgresSetting,
  'postgres-role': roleSetting,
  'postgres-extension': extension,
  'postgres-schema': schemaVersion,
  redis: redisSetting,
};

type Check = (compared: Compared, observed: ObservedService) => Finding[];

/** What is asked beside the declared settings. Each throws where the server does not say. */
function checksOf({ expectations, env }: ManifestService): readonly Check[] {
  const subjects = new Set(expectations.map(({ subject }) => subject));
  return [
    ...(subjects.has('container') ? [limitsInForce] : []),
    ...(subjects.has('postgres') ? [undeclaredInPostgres] : []),
    ...(subjects.has('prometheus') ? [loadedInPrometheus] : []),
    ...(subjects.has('nginx') ? [loadedInNginx] : []),
    ...(env.NAUTILUS_CONFIGURATION ? [engineConfiguration] : []),
  ];
}

/** What runs with other settings than declared. Pure. What could not be read gives no finding: see {@link unreadOf}. */
export const compareSettings = (manifest: Manifest, observed: ObservedServices): Finding[] =>
  judged(manifest, observed).findings;

/** What could not be read, a line for each service and reason. Pure. */
export const unreadOf = (manifest: Manifest, observed: ObservedServices): Unread[] => judged(manifest, observed).unread;

function judged(manifest: Manifest, observed: ObservedServices): { findings: Finding[]; unread: Unread[] } {
  const findings: Finding[] = [];
  const unread = new Map<string, Unread>();
  const note = (service: string, reason: string) =>
    unread.set(`${service} ${reason}`, { layer: 'settings', what: service, reason });

  for (const service of manifest.services) {
    const seen = observed.services[service.name];
    if (seen === undefined) continue;
    const compared = { manifest, service };
    for (const reading of readingsOf(service, seen)) {
      const { expectation, verdict, reason = '' } = reading;
      if (isOfDocker(expectation)) continue;
      if (verdict === 'unread') note(service.name, reason);
      if (verdict !== 'differs') continue;
      const tell = explain[expectation.subject] ?? startSetting;
      findings.push(...tell(compared, reading, seen));
    }
    if (seen.reason !== undefined) continue;
    for (const check of checksOf(service)) {
      try {
        findings.push(...check(compared, seen));
      } catch (error) {
        note(service.name, (error as Error).message);
      }
    }
  }
  return { findings, unread: [...unread.values()] };
}
