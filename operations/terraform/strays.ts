import { labels, NautilusError } from '@nautilus/config';
import type { DockerClient } from '../docker';
import type { StackPlan } from './stack';

/** An object on the engine, as `docker container rm` and `docker network rm` name it. */
interface Existing {
  readonly kind: 'container' | 'network';
  readonly name: string;
  readonly ours: boolean;
  /** Profile that it was deployed with. */
  readonly profile: string | undefined;
}

/**
 * What the plans would create is not there yet. Where it is, terraform would fail in the middle of its work: its state was
 * lost, or somebody else has the name.
 * @throws NautilusError NAUT_STATE_LOST, NAUT_NAME_TAKEN
 */
export async function requireKnown(docker: DockerClient, project: string, plans: readonly StackPlan[]): Promise<void> {
  const creates = new Set(
    plans.flatMap(({ changes }) =>
      changes.filter(({ action }) => action === 'create').map(({ kind, name }) => `${kind} ${name}`),
    ),
  );
  const existing = (await objects(docker, project)).filter(({ kind, name }) => creates.has(`${kind} ${name}`));
  const foreign = existing.filter(({ ours }) => !ours);
  if (foreign.length > 0)
    throw new NautilusError({
      code: 'NAUT_NAME_TAKEN',
      message: `${foreign.length === 1 ? 'a name is' : `${foreign.length} names are`} taken by what is not of this platform`,
      details: foreign.map(described),
      fix: `remove it (docker ${foreign[0]?.kind} rm ${foreign[0]?.name}), or set another project in the profile`,
    });
  if (existing.length > 0)
    throw new NautilusError({
      code: 'NAUT_STATE_LOST',
      message: `the state of this profile does not know ${existing.length === 1 ? 'an object' : `${existing.length} objects`} of project ${project} on this engine: lost, or deployed with another profile or installation`,
      details: existing.map(described),
      fix: 'run `nautilus destroy` with the profile that deployed them, else with this one (it removes what carries our labels and keeps the data), and deploy again',
    });
}

async function objects(docker: DockerClient, project: string): Promise<Existing[]> {
  const belonging = (to: Readonly<Record<string, string>> | null) => ({
    ours: to?.[labels.project] === project,
    profile: to?.[labels.profile],
  });
  const [containers, networks] = await Promise.all([docker.containers(), docker.networks()]);
  return [
    ...containers.map(({ Names, Labels }) => ({
      kind: 'container' as const,
      name: Names[0]?.slice(1) ?? '',
      ...belonging(Labels),
    })),
    ...networks.map(({ Name, Labels }) => ({ kind: 'network' as const, name: Name, ...belonging(Labels) })),
  ];
}

const described = ({ kind, name, profile }: Existing): string =>
  `${kind} ${name}${profile === undefined ? '' : `, deployed with profile ${profile}`}`;
