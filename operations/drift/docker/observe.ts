import { labels } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import {
  type ContainerDetail,
  type ContainerSummary,
  type DockerReader,
  DockerRefusal,
  type ImageDetail,
  type NetworkDetail,
  type NetworkSummary,
  type VolumeSummary,
} from '../../docker';
import { each } from '../../each';
import type { Unread } from '../finding';
import type { ObservedDocker } from '../observed';
import { unreadNames } from './unread';

export interface ObserveOptions {
  /** Milliseconds for each inspection: an engine answers in a few; one that holds a lock on a container never does. @default 5,000 */
  readonly timeoutMs?: number;
}

/**
 * What the engine says of the platform now. Sends GET only. What is not ours is never inspected: the engine picks ours out
 * by label and name. What goes away between the list and its inspection is not there.
 * @throws NautilusError NAUT_DOCKER_UNREACHABLE, NAUT_DOCKER_REFUSED: nothing could be looked at
 */
export async function observeDocker(
  docker: DockerReader,
  manifest: Manifest,
  { timeoutMs = 5_000 }: ObserveOptions = {},
): Promise<ObservedDocker> {
  const declared = [...manifest.services, ...manifest.oneShots];
  const unread: Unread[] = [];
  /** One thing; undefined where it is not there, or not any more. What the engine does not tell of is noted as unread. */
  const inspect = async <T>(path: string, what: string): Promise<T | undefined> => {
    try {
      return JSON.parse((await docker.read(path, { timeoutMs })).toString()) as T;
    } catch (error) {
      const refused = error instanceof DockerRefusal;
      if (refused && error.status === 404) return undefined;
      if (!refused && !(await docker.ping())) throw error;
      unread.push({ layer: 'docker', what, reason: (error as Error).message });
      return undefined;
    }
  };
  const image = async (reference: string) =>
    [
      reference,
      await inspect<ImageDetail>(`/images/${encodeURIComponent(reference)}/json`, unreadNames.image(reference)),
    ] as const;

  const [found, ourNetworks, volumes, declaredImages] = await Promise.all([
    containersOfOurs(docker, manifest),
    networksOfOurs(docker, manifest),
    volumesOfOurs(docker, manifest),
    each([...new Set(declared.map((one) => one.image))], image),
  ]);
  const services = new Map(declared.map(({ container, name }) => [container, name]));
  const [containers, networks] = await Promise.all([
    each(found, ({ id, name }) => inspect<ContainerDetail>(`/containers/${id}/json`, services.get(name) ?? name)),
    each(ourNetworks, ({ Id }) => inspect<NetworkDetail>(`/networks/${Id}`, unreadNames.network)),
  ]);
  const ended = present(containers).filter(endedByItself);
  const errors = await each(ended, async ({ Id }) => [Id, lastError(await docker.logs(Id, LOG_LINES).catch(() => ''))]);
  const known = new Set(declaredImages.map(([, detail]) => detail?.Id));
  const others = [...new Set(present(containers).map((one) => one.Image))].filter((id) => !known.has(id));
  const otherImages = await each(others, image);

  return {
    at: new Date().toISOString(),
    containers: present(containers),
    images: Object.fromEntries(
      [...declaredImages, ...otherImages].flatMap(([key, detail]) => (detail === undefined ? [] : [[key, detail]])),
    ),
    networks: present(networks),
    volumes,
    errors: Object.fromEntries(errors.filter(([, error]) => error !== undefined)),
    unread,
  };
}

const LOG_LINES = 20;

/** A signal's number is in exit codes from 128 on. */
const endedByItself = ({ State: { Status, ExitCode }, RestartCount }: ContainerDetail): boolean =>
  Status === 'restarting' || RestartCount > 0 || (Status === 'exited' && ExitCode > 0 && ExitCode < 128);

/** The last error of a log in the form that ours have for people; it holds no secret. */
const lastError = (log: string): string | undefined =>
  log
    .match(/^NAUT_[A-Z_]+ {2}.*$/gm)
    ?.at(-1)
    ?.replace('  ', ': ');

/** What carries our label, and what has a name that we declare. */
async function containersOfOurs(docker: DockerReader, manifest: Manifest): Promise<{ id: string; name: string }[]> {
  const names = [...manifest.services, ...manifest.oneShots].map(({ container }) => container);
  const [labelled, named] = await Promise.all([
    docker.containers({ [labels.project]: manifest.project }),
    docker.get<ContainerSummary[]>('/containers/json', { all: true, ...byName(names) }),
  ]);
  const found = new Map([...labelled, ...named].map(({ Id, Names }) => [Id, Names[0]?.slice(1) ?? Id]));
  return [...found].map(([id, name]) => ({ id, name }));
}

async function networksOfOurs(docker: DockerReader, manifest: Manifest): Promise<NetworkSummary[]> {
  const [labelled, named] = await Promise.all([
    docker.networks({ [labels.project]: manifest.project }),
    docker.get<NetworkSummary[]>('/networks', byName([manifest.network.name])),
  ]);
  return [...new Map([...labelled, ...named].map((network) => [network.Id, network])).values()];
}

/** By name: their labels are part of what is compared. */
async function volumesOfOurs(docker: DockerReader, manifest: Manifest): Promise<VolumeSummary[]> {
  const names = manifest.volumes.map(({ name }) => name);
  if (names.length === 0) return [];
  const reply = await docker.get<{ Volumes: VolumeSummary[] | null }>('/volumes', byName(names));
  return (reply.Volumes ?? []).filter(({ Name }) => names.includes(Name));
}

/** The engine takes names as regular expressions; those of containers have a slash before them. */
const byName = (names: readonly string[]) => ({
  filters: JSON.stringify({ name: [`^/?(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`] }),
});

const present = <T>(values: readonly (T | undefined)[]): T[] =>
  values.filter((value): value is T => value !== undefined);
