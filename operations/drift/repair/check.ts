import { labels, MemorySize, NautilusError } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { type ContainerDetail, type DockerReader, DockerRefusal, type NetworkDetail } from '../../docker';
import type { RepairAction } from '../finding';

/** What stands behind the names of an action now. Writes go to these ids: what takes the name meanwhile is left alone. */
export interface Target {
  readonly container: ContainerDetail;
  /** Id of the network of `connect` and `disconnect`. */
  readonly network?: string;
}

/** Whether an action can be carried out now. */
export type Readiness =
  | { readonly verdict: 'ready'; readonly target: Target }
  /** It is as it should be already. */
  | { readonly verdict: 'needless'; readonly reason: string }
  | { readonly verdict: 'refused'; readonly reason: string };

/**
 * Looks at what an action is about once more, by GET alone.
 * @throws NautilusError NAUT_DOCKER_UNREACHABLE, NAUT_DOCKER_REFUSED
 */
export async function check(docker: DockerReader, manifest: Manifest, action: RepairAction): Promise<Readiness> {
  try {
    const container = await requireOurs(docker, manifest, action.container);
    const needless = alreadySo(action, container);
    if (needless !== undefined) return { verdict: 'needless', reason: needless };
    if (action.do === 'update') await requireRoom(docker, container, action.resources);
    const network = action.do === 'connect' ? await requirePlace(docker, manifest, container, action) : undefined;
    return { verdict: 'ready', target: { container, network } };
  } catch (error) {
    if (!(error instanceof NautilusError) || !refusals.has(error.code)) throw error;
    return { verdict: 'refused', reason: `${error.code}  ${error.message}` };
  }
}

const refusals: ReadonlySet<string> = new Set([
  'NAUT_NOT_OURS',
  'NAUT_VANISHED',
  'NAUT_MEMORY_IN_USE',
  'NAUT_ADDRESS_TAKEN',
]);

/**
 * The container of that name, when it is declared and carries our label.
 * @throws NautilusError NAUT_NOT_OURS, NAUT_VANISHED
 */
async function requireOurs(docker: DockerReader, manifest: Manifest, name: string): Promise<ContainerDetail> {
  const container = await found(`container ${name}`, docker.container(name));
  const declared = [...manifest.services, ...manifest.oneShots].some((one) => one.container === name);
  if (!declared || container.Name !== `/${name}`) throw notOurs(`container ${name} is not declared`);
  requireLabel(`container ${name}`, container.Config.Labels, manifest);
  return container;
}

const notOurs = (why: string) => new NautilusError({ code: 'NAUT_NOT_OURS', message: `${why}: it is left alone` });

/** @throws NautilusError NAUT_NOT_OURS */
function requireLabel(what: string, carried: Readonly<Record<string, string>> | null, { project }: Manifest): void {
  if (carried?.[labels.project] !== project)
    throw notOurs(`${what} does not carry the label ${labels.project}=${project}`);
}

/** What the engine has. @throws NautilusError NAUT_VANISHED for what it has no longer */
async function found<T>(what: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof DockerRefusal) || error.status !== 404) throw error;
    throw new NautilusError({ code: 'NAUT_VANISHED', message: `${what} is not there any more`, cause: error });
  }
}

/** Why there is nothing to do; undefined where there is. */
function alreadySo(action: RepairAction, { State, NetworkSettings }: ContainerDetail): string | undefined {
  const endpoint = 'network' in action ? NetworkSettings.Networks[action.network] : undefined;
  switch (action.do) {
    case 'unpause':
      return State.Status === 'paused' ? undefined : `it is ${State.Status}, not paused`;
    case 'start':
      return State.Status === 'running' ? 'it runs' : undefined;
    case 'disconnect':
      return endpoint === undefined ? `it is not in ${action.network}` : undefined;
    case 'connect': {
      const named = action.aliases.every((alias) => endpoint?.Aliases?.includes(alias));
      const there = endpoint?.IPAMConfig?.IPv4Address === action.address && named;
      return there && !action.leave ? `it is in ${action.network}` : undefined;
    }
    default:
      return undefined;
  }
}

/** What the kernel cannot take back from a container at once. */
interface MemoryStatistics {
  readonly memory_stats: {
    readonly usage?: number;
    /** Pages of files that nobody used lately: cgroup v2 and v1. */
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/**
 * A limit below what is used either fails (cgroup v1) or kills the container (v2).
 * @throws NautilusError NAUT_MEMORY_IN_USE
 */
async function requireRoom(
  docker: DockerReader,
  { Id, Name, State, HostConfig }: ContainerDetail,
  { Memory: limit }: Readonly<Record<string, unknown>>,
): Promise<void> {
  const lowers = typeof limit === 'number' && limit > 0 && (HostConfig.Memory === 0 || limit < HostConfig.Memory);
  if (!lowers || State.Pid === 0) return;
  const { memory_stats: memory } = await docker.get<MemoryStatistics>(`/containers/${Id}/stats`, {
    stream: false,
    'one-shot': true,
  });
  const { inactive_file, total_inactive_file } = memory.stats ?? {};
  const used = (memory.usage ?? 0) - (total_inactive_file ?? inactive_file ?? 0);
  if (used < limit) return;
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  throw new NautilusError({
    code: 'NAUT_MEMORY_IN_USE',
    message: `${Name.slice(1)} uses ${mebibytes(used)} at this moment, more than the ${MemorySize.bytes(limit)} that it should have: a restart frees it (docker restart ${Name.slice(1)})`,
  });
}

/**
 * The id of the platform's network, where the address is free or the container's own.
 * @throws NautilusError NAUT_NOT_OURS, NAUT_VANISHED, NAUT_ADDRESS_TAKEN
 */
async function requirePlace(
  docker: DockerReader,
  manifest: Manifest,
  container: ContainerDetail,
  { network: name, address }: Extract<RepairAction, { do: 'connect' }>,
): Promise<string> {
  const network = await found(`network ${name}`, docker.get<NetworkDetail>(`/networks/${encodeURIComponent(name)}`));
  if (name !== manifest.network.name) throw notOurs(`network ${name} is not declared`);
  requireLabel(`network ${name}`, network.Labels, manifest);
  const [, holder] =
    Object.entries(network.Containers ?? {}).find(
      ([id, { IPv4Address }]) => id !== container.Id && IPv4Address.split('/')[0] === address,
    ) ?? [];
  if (holder !== undefined)
    throw new NautilusError({
      code: 'NAUT_ADDRESS_TAKEN',
      message: `${holder.Name} has the address ${address} in ${name}: \`docker network disconnect ${name} ${holder.Name}\` frees it`,
    });
  return network.Id;
}
