import { labels } from '@nautilus/config';
import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import type { ContainerDetail } from '../../docker';
import { temporaryService } from '../../secrets/temporary';
import type { Finding } from '../finding';
import type { ObservedDocker } from '../observed';
import { compareArguments } from './arguments';
import { compareAttributes, compareSysctls } from './attributes';
import { compareConnections } from './connections';
import { compareEnvironment } from './environment';
import { compareHealthCheck } from './health-check';
import { compareImage } from './image';
import { compareLabels } from './labels';
import { compareLimits } from './limits';
import { compareMounts, compareTmpfs } from './mounts';
import { compareNetworks } from './network';
import { comparePorts } from './ports';
import { compareOneShot, compareState, extra, foreign, missing, renamed } from './state';
import { imageOf, isUnread, origin, type Subject } from './subject';
import { compareVolumes } from './volumes';

/**
 * What runs against what was declared. Pure. Services in the order of the manifest, then containers of ours that are not in
 * it, the network, the volumes; no finding of what the observation calls unread.
 */
export function compareDocker(manifest: Manifest, observed: ObservedDocker): Finding[] {
  const strays = undeclared(manifest, observed);
  const compared = [
    ...manifest.services.map((declared) => ({ declared, state: compareState })),
    ...manifest.oneShots.map((declared) => ({ declared, state: compareOneShot })),
  ].flatMap(({ declared, state }) => compareContainer(manifest, observed, declared, state, strays));
  return withUniqueIds([
    ...compared,
    ...[...strays].map((stray) => extra(nameOf(stray), stray.State.Status)),
    ...compareNetworks(manifest, observed),
    ...compareVolumes(manifest, observed),
  ]);
}

/** @param strays containers of ours without a declared name; one that turns out to be this container is taken out */
function compareContainer(
  manifest: Manifest,
  observed: ObservedDocker,
  declared: ManifestContainer,
  compareStateOf: (subject: Subject) => Finding[],
  strays: Set<ContainerDetail>,
): Finding[] {
  const live = observed.containers.find((container) => nameOf(container) === declared.container);
  if (live === undefined) {
    if (isUnread(observed, declared.name)) return [];
    const moved = [...strays].find(
      ({ Config }) =>
        Config.Labels?.[labels.spec] === declared.labels[labels.spec] &&
        Config.Labels?.[labels.service] === declared.name,
    );
    if (moved === undefined) return [missing(declared, manifest)];
    strays.delete(moved);
    return [renamed(declared, nameOf(moved))];
  }
  const project = live.Config.Labels?.[labels.project];
  if (project !== manifest.project) return [foreign(declared, project, manifest)];

  const subject: Subject = { declared, live, image: imageOf(live, observed), manifest, observed };
  const made = [
    compareImage,
    compareEnvironment,
    compareArguments,
    compareAttributes,
    compareSysctls,
    compareMounts,
    compareTmpfs,
    compareHealthCheck,
    comparePorts,
    compareLabels,
  ].flatMap((compare) => compare(subject));
  return [
    ...compareStateOf(subject),
    ...withoutConsequence(subject, made),
    ...compareLimits(subject),
    ...compareConnections(subject),
  ];
}

/** The label that follows the whole specification says nothing that the difference itself does not say better. */
function withoutConsequence(subject: Subject, findings: readonly Finding[]): readonly Finding[] {
  const isSpec = ({ what }: Finding) => what === `label ${labels.spec}`;
  const others = findings.filter((one) => !isSpec(one));
  return origin(subject) !== undefined && others.length > 0 ? others : findings;
}

const nameOf = ({ Name }: ContainerDetail): string => Name.replace(/^\//, '');

/** Containers with our label and a name that nothing declares; an operation's temporary one is none. */
function undeclared(manifest: Manifest, { containers }: ObservedDocker): Set<ContainerDetail> {
  const declared = new Set([...manifest.services, ...manifest.oneShots].map(({ container }) => container));
  return new Set(
    containers.filter(
      (container) =>
        !declared.has(nameOf(container)) &&
        container.Config.Labels?.[labels.project] === manifest.project &&
        container.Config.Labels?.[labels.service] !== temporaryService,
    ),
  );
}

/** Two names may come to one id: the second gets a number. */
function withUniqueIds(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((one) => {
    const count = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, count);
    return count === 1 ? one : { ...one, id: `${one.id}-${count}` };
  });
}
