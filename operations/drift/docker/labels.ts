import { labels } from '@nautilus/config';
import type { Finding } from '../finding';
import { digest, shown, slug } from '../text';
import { differingEntries, type EntryDifference } from './maps';
import { fixed, type Subject } from './subject';

/** Docker Desktop notes for itself what was published and mounted. */
const ofDockerDesktop = 'desktop.docker.io/';

/** Labels, one by one: what finds our containers again, here and in monitoring. */
export function compareLabels(subject: Subject): Finding[] {
  const { declared, live, image } = subject;
  return differingEntries({ ...image?.Labels, ...declared.labels }, live.Config.Labels ?? {})
    .filter(({ key }) => !key.startsWith(ofDockerDesktop))
    .filter(({ key }) => image !== undefined || Object.hasOwn(declared.labels, key))
    .map((entry) =>
      fixed(subject, {
        kind: 'labels',
        name: `label-${slug(entry.key)}`,
        what: `label ${entry.key}`,
        ...toldLabel(entry),
      }),
    );
}

/** Ours are no secret; another program's may hold one. */
export function toldLabel({ key, declared, live }: EntryDifference): { declared: string; live: string } {
  const isOurs = (Object.values(labels) as string[]).includes(key);
  return {
    declared: declared === undefined ? 'none' : shown(declared),
    live: live === undefined ? 'none' : isOurs ? shown(live) : digest(live),
  };
}
