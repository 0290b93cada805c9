import type { ContainerConfig } from '@cdktf/provider-docker/lib/container';
import type { ManifestContainer } from '@nautilus/manifest';
import { unescaped } from './literal';

/** What only the caller knows of a container. */
export type Declared = Pick<ManifestContainer, 'name' | 'stack' | 'labels' | 'memory'> & {
  /** MiB; the bindings are too old for it. @default none */
  readonly memoryReservation?: number;
};

const mebibyte = 2 ** 20;

/** What Terraform is told of a container, as the manifest says it: in bytes and plain values, one shape for all containers. */
export function declaredContainer(config: ContainerConfig, declared: Declared): ManifestContainer {
  const { memoryReservation, ...known } = declared;
  const list = (texts: readonly string[] = []) => texts.map(unescaped);
  const [network] = arrayOf(config.networksAdvanced);
  const health = config.healthcheck;
  return {
    ...known,
    container: config.name,
    image: config.image,
    env: Object.fromEntries(
      list(config.env).map((entry) => {
        const sign = entry.indexOf('=');
        return [entry.slice(0, sign), entry.slice(sign + 1)];
      }),
    ),
    hostname: config.hostname,
    user: config.user ?? '',
    groups: [...(config.groupAdd ?? [])],
    entrypoint: config.entrypoint && list(config.entrypoint),
    command: config.command && list(config.command),
    readOnly: config.readOnly === true,
    privileged: config.privileged === true,
    init: config.init === true,
    securityOptions: [...(config.securityOpts ?? [])],
    capabilities: { drop: [...(config.capabilities?.drop ?? [])], add: [...(config.capabilities?.add ?? [])] },
    memorySwapBytes: (config.memorySwap ?? 0) * mebibyte,
    memoryReservationBytes: memoryReservation === undefined ? undefined : memoryReservation * mebibyte,
    cpus: Number(config.cpus),
    cpuShares: config.cpuShares,
    sharedMemoryBytes: config.shmSize === undefined ? undefined : config.shmSize * mebibyte,
    ulimits: arrayOf(config.ulimit).map(({ name, soft, hard }) => ({ name, soft, hard })),
    sysctls: { ...config.sysctls },
    tmpfs: { ...config.tmpfs },
    volumes: arrayOf(config.mounts).map(({ source = '', target, readOnly }) => ({
      volume: source,
      path: target,
      readOnly: readOnly === true,
    })),
    network: network && {
      name: network.name,
      address: network.ipv4Address ?? '',
      aliases: [...(network.aliases ?? [])],
    },
    published: arrayOf(config.ports).map(({ ip = '', external = 0, internal }) => ({
      address: ip,
      port: external,
      target: internal,
    })),
    health: health && {
      test: list(health.test),
      interval: health.interval ?? '0s',
      timeout: health.timeout ?? '0s',
      startPeriod: health.startPeriod ?? '0s',
      retries: health.retries ?? 0,
    },
    restart: config.restart ?? 'no',
    stopTimeoutSeconds: config.stopTimeout,
    log: { driver: config.logDriver ?? '', options: { ...config.logOpts } },
  };
}

/** The bindings take a list, or something that becomes one at synthesis; here it is always a list. */
const arrayOf = <T>(value: readonly T[] | object | undefined): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [];
