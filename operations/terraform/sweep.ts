import { labels, NautilusError } from '@nautilus/config';
import type { ContainerSummary, DockerClient, ImageSummary, NetworkSummary } from '../docker';

/** What was taken away, as a person would name it. */
export type Removed = readonly string[];

/**
 * Removes the images of this project that nothing declares any more. An image that a container still uses stays.
 * @param keep references that stay, `name:tag`
 * @param spares images that stay without being declared. @default none
 */
export async function pruneImages(
  docker: DockerClient,
  project: string,
  keep: ReadonlySet<string>,
  spares: (image: ImageSummary) => Promise<boolean> = async () => false,
): Promise<Removed> {
  const removed: string[] = [];
  for (const image of await docker.images({ [labels.project]: project })) {
    const undeclared = references(image).filter((reference) => !keep.has(reference));
    if (undeclared.length === 0 || (await spares(image))) continue;
    for (const reference of undeclared) {
      if (await removeUnlessUsed(docker, `/images/${encodeURIComponent(reference)}`))
        removed.push(`image ${reference}`);
    }
  }
  return removed;
}

/** Tags of an image; its id when it has none. */
function references({ RepoTags, Id }: ImageSummary): string[] {
  const tags = (RepoTags ?? []).filter((tag) => !tag.startsWith('<none>'));
  return tags.length === 0 ? [Id] : tags;
}

/**
 * Removes every container and network that carries the project's label: what terraform's state does not know of, because
 * it was lost or somebody interfered; and those of its volumes that are named.
 */
export async function sweep(
  docker: DockerClient,
  project: string,
  volumes: ReadonlySet<string> | 'all' = new Set(),
): Promise<Removed> {
  const ours = { [labels.project]: project };
  const removed = [
    ...(await removeContainers(docker, await docker.containers(ours))),
    ...(await removeNetworks(docker, await docker.networks(ours))),
  ];
  for (const { Name } of await docker.volumes(ours)) {
    if (volumes !== 'all' && !volumes.has(Name)) continue;
    await docker.delete(`/volumes/${encodeURIComponent(Name)}`);
    removed.push(`volume ${Name}`);
  }
  return removed;
}

export async function removeNetworks(docker: DockerClient, networks: readonly NetworkSummary[]): Promise<Removed> {
  for (const { Id } of networks) await docker.delete(`/networks/${Id}`);
  return networks.map(({ Name }) => `network ${Name}`);
}

/** Name of a container; Docker writes a slash before it. */
export const nameOf = ({ Names, Id }: ContainerSummary): string => Names[0]?.slice(1) ?? Id;

/** Longest grace of a container, and some. */
const STOP_TIMEOUT_MS = 90_000;

/** Stops containers as they want to be stopped, the order path before what it stands on, and removes them. */
export async function removeContainers(
  docker: DockerClient,
  containers: readonly ContainerSummary[],
): Promise<Removed> {
  const removed: string[] = [];
  const stackOf = ({ Labels }: ContainerSummary) => Labels[labels.stack] ?? '';
  // "trading" before "foundation": backwards by name is backwards by dependency.
  for (const stack of [...new Set(containers.map(stackOf))].sort().reverse()) {
    const together = containers.filter((container) => stackOf(container) === stack);
    await Promise.all(
      together.map(async (container) => {
        await docker.request('POST', `/containers/${container.Id}/stop`, { timeoutMs: STOP_TIMEOUT_MS });
        await docker.removeContainer(container.Id);
        removed.push(`container ${nameOf(container)}`);
      }),
    );
  }
  return removed;
}

async function removeUnlessUsed(docker: DockerClient, path: string): Promise<boolean> {
  try {
    await docker.delete(path);
    return true;
  } catch (error) {
    if (error instanceof NautilusError && error.code === 'NAUT_DOCKER_REFUSED') return false;
    throw error;
  }
}
