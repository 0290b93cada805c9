import type { Expectation, Manifest, ManifestService } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { observeServices } from './observe';
import type { ObservedService, ObservedServices } from './observed';
import { agrees, type LiveReading, type LiveSettings } from './reading';
import { subjects } from './subjects';

export interface LiveOptions {
  /** Read this service alone. @default all */
  readonly service?: string;
}

/** Every expectation of the manifest beside what the running platform says, service by service. Changes nothing. */
export async function readLive(
  docker: DockerClient,
  manifest: Manifest,
  { service }: LiveOptions = {},
): Promise<LiveReading[]> {
  const services = service === undefined ? undefined : [service];
  return readings(manifest, await observeServices(docker, manifest, { services, details: true }));
}

/** Every expectation of the services that were observed, beside what they said. Pure. */
export function readings(manifest: Manifest, { services }: ObservedServices): LiveReading[] {
  return manifest.services.flatMap((service) => {
    const observed = services[service.name];
    return observed ? readingsOf(service, observed) : [];
  });
}

/** Every expectation of one service beside what it said. Pure. */
export function readingsOf(service: ManifestService, observed: ObservedService): LiveReading[] {
  const known = new Map<Expectation['subject'], LiveSettings | string>();
  return service.expectations.map((expectation) => {
    const { subject } = expectation;
    const settings = known.get(subject) ?? settingsOf(subject, service, observed);
    known.set(subject, settings);
    return reading(service.name, expectation, settings);
  });
}

/** What a subject says, or why it says nothing. */
function settingsOf(
  subject: Expectation['subject'],
  service: ManifestService,
  observed: ObservedService,
): LiveSettings | string {
  if (observed.reason !== undefined) return observed.reason;
  const asked = subjects[subject];
  if (asked === undefined) return `nothing can be asked for the settings of ${subject}`;
  try {
    return asked.settings(observed, service);
  } catch (error) {
    return (error as Error).message;
  }
}

function reading(service: string, expectation: Expectation, settings: LiveSettings | string): LiveReading {
  if (typeof settings === 'string')
    return { service, expectation, live: undefined, verdict: 'unread', reason: settings };
  const live = settings(expectation);
  if (live === undefined && expectation.onlyWith) {
    const reason = `the running ${service} has no ${expectation.onlyWith}`;
    return { service, expectation, live, verdict: 'absent', reason };
  }
  if (live === undefined) {
    const reason = `the running ${service} has no setting ${expectation.setting}`;
    return { service, expectation, live, verdict: 'unread', reason };
  }
  return { service, expectation, live, verdict: agrees(expectation, live) ? 'equal' : 'differs' };
}
