import type { Expectation, Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { agrees, type LiveReading, type LiveSettings, type Place } from './reading';
import { readers } from './subjects';

export interface LiveOptions {
  /** Read this service alone. @default all */
  readonly service?: string;
}

/** Every expectation of the manifest beside what the running platform says, service by service. Changes nothing. */
export async function readLive(
  docker: DockerClient,
  manifest: Manifest,
  { service: only }: LiveOptions = {},
): Promise<LiveReading[]> {
  const services = manifest.services.filter(({ name }) => only === undefined || name === only);
  const all = await Promise.all(services.map((service) => readService({ docker, manifest, service })));
  return all.flat();
}

async function readService(place: Place): Promise<LiveReading[]> {
  const asked = new Map<string, Promise<LiveSettings | string>>();
  const ask = (subject: Expectation['subject']) => {
    const known = asked.get(subject);
    if (known) return known;
    const reader = readers[subject];
    const answer = reader
      ? reader(place).catch((error: Error) => error.message)
      : Promise.resolve(`nothing can be asked for the settings of ${subject}`);
    asked.set(subject, answer);
    return answer;
  };
  const readings: LiveReading[] = [];
  for (const expectation of place.service.expectations) {
    const settings = await ask(expectation.subject);
    readings.push(reading(place.service.name, expectation, settings));
  }
  return readings;
}

function reading(service: string, expectation: Expectation, settings: LiveSettings | string): LiveReading {
  if (typeof settings === 'string')
    return { service, expectation, live: undefined, verdict: 'unread', reason: settings };
  const live = settings(expectation);
  if (live === undefined && expectation.onlyWith) {
    const reason = `the running ${expectation.subject} has no ${expectation.onlyWith}`;
    return { service, expectation, live, verdict: 'absent', reason };
  }
  if (live === undefined) {
    const reason = `the running ${expectation.subject} has no setting ${expectation.setting}`;
    return { service, expectation, live, verdict: 'unread', reason };
  }
  return { service, expectation, live, verdict: agrees(expectation, live) ? 'equal' : 'differs' };
}
