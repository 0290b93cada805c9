import type { Manifest, ManifestContainer } from '../../../manifest';
import type { ContainerDetail, ImageConfig, ImageDetail, NetworkDetail } from '../../../operations/docker';
import type { ObservedDocker } from '../../../operations/drift/observed';

/** A plain value that a test may change. */
export type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

/** What an engine says of a platform that is deployed exactly as the manifest says. @param images by reference; @default images that bring nothing along */
export function deployed(
  manifest: Manifest,
  images: Readonly<Record<string, ImageConfig>> = {},
): Writable<ObservedDocker> {
  const containers = [...manifest.services, ...manifest.oneShots];
  const details: Record<string, ImageDetail> = {};
  for (const { image } of containers)
    details[image] = { Id: idOf(image), RepoTags: [image], Config: images[image] ?? bareImage };
  const observed: ObservedDocker = {
    at: '2026-01-02T03:14:05.000Z',
    containers: containers.map((declared) => containerOf(declared, details[declared.image]!)),
    images: details,
    networks: [networkOf(manifest)],
    volumes: manifest.volumes.map(({ name, driver, options, labels }) => ({
      Name: name,
      Driver: driver,
      // Docker says null where there are none.
      Options: Object.keys(options).length === 0 ? null : options,
      Labels: labels,
    })),
    unread: [],
  };
  return structuredClone(observed) as Writable<ObservedDocker>;
}

export const bareImage: ImageConfig = {
  User: '',
  Env: null,
  Cmd: null,
  Entrypoint: null,
  WorkingDir: '',
  Labels: null,
};

/** 64 digits that follow a name. */
const digits = (name: string): string =>
  Array.from({ length: 8 }, (_, at) => {
    let hash = at + 7;
    for (const letter of name) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
    return hash.toString(16).padStart(8, '0');
  }).join('');
const idOf = (image: string): string => `sha256:${digits(image)}`;

/** Docker merges what the image brings into what was asked for. */
function containerOf(declared: ManifestContainer, image: ImageDetail): ContainerDetail {
  const id = digits(declared.container);
  const isService = declared.restart !== 'no';
  const seconds = (text: string) => {
    const parts = [...text.matchAll(/(\d+)(h|ms|m|s)/g)];
    const unit = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6 };
    return parts.reduce((sum, [, count, name]) => sum + Number(count) * unit[name as keyof typeof unit], 0);
  };
  const env = new Map((image.Config.Env ?? []).map((entry) => [entry.split('=')[0], entry]));
  for (const [name, value] of Object.entries(declared.env)) env.set(name, `${name}=${value}`);
  const covered = new Set(declared.volumes.map(({ path }) => path));
  const { network } = declared;
  return {
    Id: id,
    Name: `/${declared.container}`,
    Created: '2026-01-02T03:04:05.000000000Z',
    Image: image.Id,
    RestartCount: 0,
    State: {
      Status: isService ? 'running' : 'exited',
      ExitCode: 0,
      OOMKilled: false,
      Error: '',
      StartedAt: '2026-01-02T03:04:05.000000000Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      Pid: isService ? 4711 : 0,
      ...(declared.health && { Health: { Status: 'healthy', FailingStreak: 0, Log: [] } }),
    },
    Config: {
      Image: image.Id,
      User: declared.user || image.Config.User,
      Env: [...env.values()],
      Cmd: declared.command ?? (declared.entrypoint ? null : image.Config.Cmd),
      Entrypoint: declared.entrypoint ?? image.Config.Entrypoint,
      WorkingDir: image.Config.WorkingDir,
      Labels: { ...image.Config.Labels, ...declared.labels },
      Hostname: declared.hostname ?? id.slice(0, 12),
      Domainname: '',
      Tty: false,
      OpenStdin: false,
      Healthcheck: declared.health
        ? {
            Test: declared.health.test,
            Interval: seconds(declared.health.interval),
            Timeout: seconds(declared.health.timeout),
            StartPeriod: seconds(declared.health.startPeriod),
            Retries: declared.health.retries,
          }
        : image.Config.Healthcheck,
      ...(image.Config.StopSignal && { StopSignal: image.Config.StopSignal }),
      ...(declared.stopTimeoutSeconds !== undefined && { StopTimeout: declared.stopTimeoutSeconds }),
      Volumes: image.Config.Volumes ?? null,
    },
    HostConfig: {
      Memory: declared.memory.limitBytes,
      MemorySwap: declared.memorySwapBytes,
      MemoryReservation: declared.memoryReservationBytes ?? 0,
      NanoCpus: Math.round(declared.cpus * 1e9),
      CpuShares: declared.cpuShares ?? 0,
      CpuQuota: 0,
      CpuPeriod: 0,
      CpusetCpus: '',
      CpusetMems: '',
      PidsLimit: null,
      ShmSize: declared.sharedMemoryBytes ?? 67_108_864,
      OomKillDisable: false,
      OomScoreAdj: 0,
      ReadonlyRootfs: declared.readOnly,
      Privileged: declared.privileged,
      Init: declared.init,
      AutoRemove: false,
      // Older engines leave the prefix away, and none keeps an order.
      CapDrop: declared.capabilities.drop.toReversed(),
      CapAdd: declared.capabilities.add.length === 0 ? null : declared.capabilities.add.map((name) => name.slice(4)),
      SecurityOpt: declared.securityOptions,
      MaskedPaths: declared.privileged ? null : ['/proc/kcore'],
      GroupAdd: declared.groups.length === 0 ? null : declared.groups.toReversed(),
      Tmpfs: declared.tmpfs,
      ...(Object.keys(declared.sysctls).length > 0 && { Sysctls: declared.sysctls }),
      Ulimits: declared.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
      Devices: null,
      DeviceRequests: null,
      DeviceCgroupRules: null,
      NetworkMode: network ? 'bridge' : 'none',
      IpcMode: 'private',
      PidMode: '',
      UTSMode: '',
      UsernsMode: '',
      CgroupParent: '',
      ExtraHosts: null,
      Links: null,
      Dns: [],
      DnsOptions: null,
      DnsSearch: null,
      PortBindings: Object.fromEntries(
        declared.published.map(({ target, address, port }) => [
          `${target}/tcp`,
          [{ HostIp: address, HostPort: String(port) }],
        ]),
      ),
      RestartPolicy: { Name: declared.restart, MaximumRetryCount: 0 },
      LogConfig: { Type: declared.log.driver, Config: declared.log.options },
    },
    Mounts: [
      ...declared.volumes.map(({ volume, path, readOnly }) => ({
        Type: 'volume',
        Name: volume,
        Source: `/var/lib/docker/volumes/${volume}/_data`,
        Destination: path,
        RW: !readOnly,
      })),
      ...Object.keys(image.Config.Volumes ?? {})
        .filter((path) => !covered.has(path))
        .map((path) => ({
          Type: 'volume',
          Name: digits(path),
          Source: `/var/lib/docker/volumes/${digits(path)}/_data`,
          Destination: path,
          RW: true,
        })),
    ],
    NetworkSettings: {
      Ports: {},
      Networks: network
        ? {
            [network.name]: {
              IPAMConfig: { IPv4Address: network.address },
              IPAddress: isService ? network.address : '',
              Aliases: [...network.aliases, id.slice(0, 12)],
            },
          }
        : { none: { IPAMConfig: null, IPAddress: '', Aliases: null } },
    },
  };
}

function networkOf({ network, services }: Manifest): NetworkDetail {
  return {
    Id: digits(network.name),
    Name: network.name,
    Driver: network.driver,
    Labels: network.labels,
    Options: network.options,
    Internal: false,
    Attachable: false,
    EnableIPv6: false,
    IPAM: {
      Config: [
        {
          Subnet: network.subnet,
          Gateway: network.gateway,
          ...(Object.keys(network.reserved).length > 0 && { AuxiliaryAddresses: network.reserved }),
        },
      ],
    },
    Containers: Object.fromEntries(
      services.map(({ container, address }) => [digits(container), { Name: container, IPv4Address: `${address}/16` }]),
    ),
  };
}
