import {
  containerName,
  containerPaths,
  database,
  engineNames,
  labels,
  type Profile,
  type ServiceName,
  secretFiles,
} from '@nautilus/config';
import type { Manifest, ManifestService } from '@nautilus/manifest';
import { type DockerClient, DockerRefusal } from '../../docker';
import { compareDocker, observeDocker } from '../../drift/docker';
import { each } from '../../each';
import { detectHardware } from '../../host';
import { readLive } from '../../live';
import { gatewayAt } from './gateway';
import { fetched, once, realTime } from './http';
import { askedInside } from './inside-http';
import type { LiveNetwork, Platform, Usage } from './platform';

const EXEC_TIMEOUT_MS = 10_000;

const gatewayFiles = {
  certificate: secretFiles.gatewayCertificate,
  authority: secretFiles.authorityCertificate,
  viewer: secretFiles.gatewayViewer,
  trader: secretFiles.gatewayTrader,
} as const;

interface Stats {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
}

/** `docker stats` of one container: pages of files that the kernel can drop at once are no usage (cgroup v1 and v2). */
function usageOf(service: string, { cpu_stats, memory_stats: { usage = 0, limit = 0, stats = {} } }: Stats): Usage {
  const droppable = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  const cpuSeconds = cpu_stats.cpu_usage.total_usage / 1e9;
  return { service, workingSetBytes: Math.max(0, usage - droppable), limitBytes: limit, cpuSeconds };
}

/** The platform that was deployed to a Docker engine. */
export function dockerPlatform(docker: DockerClient, profile: Profile, manifest: Manifest): Platform {
  const deployed = new Map<string, ManifestService>(manifest.services.map((service) => [service.name, service]));
  const container = (service: ServiceName) => deployed.get(service)?.container ?? containerName(profile, service);
  /** Where this machine reaches a port of the service; undefined where it cannot. */
  const published = (service: ServiceName) => {
    const { port, published: ports = [] } = deployed.get(service) ?? {};
    const found = docker.isLocal ? ports.find(({ target }) => target === port) : undefined;
    return found && { host: found.address === '0.0.0.0' ? '127.0.0.1' : found.address, port: found.port };
  };
  const exec = (service: ServiceName, argv: readonly string[], timeoutMs = EXEC_TIMEOUT_MS) =>
    docker.exec(container(service), argv, timeoutMs);
  /** An engine through whose container the others are asked. */
  const engine = engineNames.find((name) => name === 'backend' && deployed.has(name)) ?? 'oms';
  const insideOf = (service: ServiceName) => ((engineNames as readonly string[]).includes(service) ? service : engine);
  const secret = async (file: string) =>
    docker.readFile(container('nginx'), `${containerPaths.secrets}/${file}`).then(
      (content) => content.toString(),
      (error) => {
        // No such file. One that cannot be read is no certificate that was not given.
        if (error instanceof DockerRefusal && error.status === 404) return undefined;
        throw error;
      },
    );
  const running = async () =>
    (await docker.containers({ [labels.project]: manifest.project })).filter(({ State }) => State === 'running');
  const tls = published('nginx');

  return {
    mode: 'docker',
    profile,
    clock: realTime,
    absent(service) {
      if (deployed.has(service)) return undefined;
      return profile.services[service]
        ? `${service} was left out of this deployment: it is optional, and its image was not to be had`
        : `profile ${profile.name} has no ${service}`;
    },
    ask(service, path, request) {
      const at = published(service);
      if (at) return fetched(`http://${at.host}:${at.port}`, path, request);
      return askedInside(
        (argv, timeoutMs) => exec(insideOf(service), argv, timeoutMs),
        { host: container(service), port: deployed.get(service)?.port ?? 0 },
        path,
        request,
      );
    },
    async rows(query) {
      const login = ['--username', database.user, '--dbname', database.name];
      const argv = ['psql', ...login, '-XAtqF', '\t', '-v', 'ON_ERROR_STOP=1', '-c', query];
      const { exitCode, output } = await exec('postgres', argv);
      if (exitCode !== 0) throw new Error(`psql ended with ${exitCode}: ${output.trim().split('\n').at(-1)}`);
      return output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'));
    },
    log: (service, lines) => docker.logs(container(service), lines),
    configuration: (service) =>
      JSON.parse(deployed.get(service)?.env.NAUTILUS_CONFIGURATION ?? '{}') as Readonly<Record<string, unknown>>,
    hardware: async () => (docker.isLocal ? detectHardware() : undefined),
    containers: {
      manifest,
      list: () => docker.containers({ [labels.project]: manifest.project }),
      usage: async () =>
        each(await running(), async ({ Id, Labels }) =>
          usageOf(
            Labels[labels.service] ?? '?',
            await docker.get<Stats>(`/containers/${Id}/stats`, { stream: false, 'one-shot': true }),
          ),
        ),
      async drift() {
        const observed = await observeDocker(docker, manifest);
        return { findings: compareDocker(manifest, observed), unread: observed.unread };
      },
      settings: once(() => readLive(docker, manifest)),
      network: () => docker.get<LiveNetwork>(`/networks/${manifest.network.name}`),
      inside: (service, argv) => exec(service, argv),
      ...(tls && { gateway: gatewayAt({ ...tls, secret: (name) => secret(gatewayFiles[name]) }) }),
    },
  };
}
