import { labels, NautilusError } from '@nautilus/config';
import type { ContainerSummary, DockerClient, NetworkSummary } from '../docker';
import type { StackPlan } from './stack';
import { nameOf, type Removed, removeContainers, removeNetworks } from './sweep';

/** An object on the engine, as `docker container rm` and `docker network rm` name it. */
interface Existing {
  readonly kind: 'container' | 'network';
  readonly name: string;
  readonly ours: boolean;
  /** Profile that it was deployed with. */
  readonly profile: string | undefined;
}

/** What an earlier deployment made and could not note in its state: it is in the way of this one. */
export interface Leftovers {
  readonly containers: readonly ContainerSummary[];
  readonly networks: readonly NetworkSummary[];
}

/**
 * What the plans would create is not there yet. Where it is, terraform would fail in the middle of its work: its state was
 * lost, or somebody else has the name. What an apply of the same stack left that did not end well is no error: it is returned.
 *
 * @param profile name of the profile that is deployed
 * @throws NautilusError NAUT_STATE_LOST, NAUT_NAME_TAKEN
 */
export async function requireKnown(
  docker: DockerClient,
  { project, profile }: { readonly project: string; readonly profile: string },
  plans: readonly StackPlan[],
): Promise<Leftovers> {
  const creates = new Map<string, StackPlan>(
    plans.flatMap((plan) =>
      plan.changes
        .filter(({ action }) => action === 'create')
        .map(({ kind, name }) => [`${kind} ${name}`, plan] as const),
    ),
  );
  const [containers, networks] = await Promise.all([docker.containers(), docker.networks()]);
  const existing = [
    ...containers.map((container) => describe('container', nameOf(container), container.Labels, project)),
    ...networks.map(({ Name, Labels }) => describe('network', Name, Labels, project)),
  ].filter(({ kind, name }) => creates.has(`${kind} ${name}`));

  const foreign = existing.filter(({ ours }) => !ours);
  if (foreign.length > 0)
    throw new NautilusError({
      code: 'NAUT_NAME_TAKEN',
      message: `${foreign.length === 1 ? 'a name is' : `${foreign.length} names are`} taken by what is not of this platform`,
      details: foreign.map(described),
      fix: `remove it (docker ${foreign[0]?.kind} rm ${foreign[0]?.name}), or set another project in the profile`,
    });

  const left = new Set<string>();
  const lost: Existing[] = [];
  for (const object of existing) {
    const key = `${object.kind} ${object.name}`;
    if (creates.get(key)?.unfinished && (object.profile ?? profile) === profile) left.add(key);
    else lost.push(object);
  }
  if (lost.length > 0)
    throw new NautilusError({
      code: 'NAUT_STATE_LOST',
      message: `the state of this profile does not know ${lost.length === 1 ? 'an object' : `${lost.length} objects`} of project ${project} on this engine: lost, or deployed with another profile or installation`,
      details: lost.map(described),
      fix: 'run `nautilus destroy` with the profile that deployed them, else with this one (it removes what carries our labels and keeps the data), and deploy again',
    });
  return {
    containers: containers.filter((container) => left.has(`container ${nameOf(container)}`)),
    networks: networks.filter(({ Name }) => left.has(`network ${Name}`)),
  };
}

/** Names of the leftovers, for people. */
export const leftoverNames = ({ containers, networks }: Leftovers): string[] => [
  ...containers.map((container) => `container ${nameOf(container)}`),
  ...networks.map(({ Name }) => `network ${Name}`),
];

/** Takes the leftovers away; neither containers nor networks hold data. */
export async function removeLeftovers(docker: DockerClient, { containers, networks }: Leftovers): Promise<Removed> {
  return [...(await removeContainers(docker, containers)), ...(await removeNetworks(docker, networks))];
}

const describe = (
  kind: Existing['kind'],
  name: string,
  labelled: Readonly<Record<string, string>> | null,
  project: string,
): Existing => ({
  kind,
  name,
  ours: labelled?.[labels.project] === project,
  profile: labelled?.[labels.profile],
});

const described = ({ kind, name, profile }: Existing): string =>
  `${kind} ${name}${profile === undefined ? '' : `, deployed with profile ${profile}`}`;
