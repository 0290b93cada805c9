import { labels, NautilusError } from '@nautilus/config';
import type { DockerClient, ImageSummary } from '../docker';

/** What was taken away, as a person would name it. */
export type Removed = readonly string[];

/**
 * Removes the images of this project that nothing declares any more. An image that a container still uses stays.
 * @param keep references that stay, `name:tag`
 */
export async function pruneImages(docker: DockerClient, project: string, keep: ReadonlySet<string>): Promise<Removed> {
  const removed: string[] = [];
  for (const image of await docker.images({ [labels.project]: project })) {
    for (const reference of references(image)) {
      if (keep.has(reference)) continue;
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
 * it was lost or somebody interfered. With `volumes` also the data volumes.
 */
export async function sweep(docker: DockerClient, project: string, { volumes = false } = {}): Promise<Removed> {
  const ours = { [labels.project]: project };
  const removed: string[] = [];
  for (const { Id, Names } of await docker.containers(ours)) {
    await docker.delete(`/containers/${Id}`, { force: true, v: true });
    removed.push(`container ${Names[0]?.slice(1) ?? Id}`);
  }
  for (const { Id, Name } of await docker.networks(ours)) {
    await docker.delete(`/networks/${Id}`);
    removed.push(`network ${Name}`);
  }
  if (volumes) {
    for (const { Name } of await docker.volumes(ours)) {
      await docker.delete(`/volumes/${encodeURIComponent(Name)}`);
      removed.push(`volume ${Name}`);
    }
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
