import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import {
  containerName,
  containerPaths,
  Duration,
  fingerprint,
  labels,
  MemorySize,
  networkName,
  type Profile,
  type ServiceProfile,
} from '@nautilus/config';
import type { Expectation, ManifestContainer } from '@nautilus/manifest';
import { type ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { partsOf, type WorstCase } from '../budget/worst-case';
import { suppress } from '../rules';
import type { Secret } from '../secrets/secret';
import { type Volume, volumeNameOf } from '../storage/volume';
import { declaredContainer } from './declared';
import { containerExpectations } from './expectations';
import type { Health } from './health';
import { literal } from './literal';
import type { ContainerUser } from './user';

/** A capability that a container keeps, and why it cannot work without. */
export interface CapabilityException {
  /** As Docker reads it back: `CAP_` and capitals. */
  readonly capability: `CAP_${string}`;
  readonly reason: string;
}

export interface VolumeMount {
  readonly volume: Volume;
  /** Absolute path inside the container. */
  readonly target: string;
  /** @default false */
  readonly readOnly?: boolean;
}

export interface Tmpfs {
  readonly size: MemorySize;
  /** @default 1777: anybody may write, as in /tmp */
  readonly mode?: string;
  /** @default root, which mode 1777 makes irrelevant */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface ServiceProps {
  readonly profile: Profile;
  readonly service: ServiceProfile;
  /** Reference of an image that the images stack has put on the machine. */
  readonly image: string;
  readonly user: ContainerUser;
  readonly health: Health;
  /** @default the image's */
  readonly entrypoint?: readonly string[];
  /** @default the image's */
  readonly command?: readonly string[];
  /** Nothing secret: Terraform keeps it in its state. */
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly VolumeMount[];
  /** Writable paths that a restart empties; charged to the container's memory. @default /tmp of 16 MiB */
  readonly tmpfs?: Readonly<Record<string, Tmpfs>>;
  readonly secrets?: readonly Secret[];
  /** Size of /dev/shm. @default 1 MiB: only PostgreSQL uses it */
  readonly sharedMemory?: MemorySize;
  /** What the server may take at once, /dev/shm included, its tmpfs not. @default unknown: the limit is all that holds it */
  readonly worstCase?: WorstCase;
  readonly openFiles?: number;
  readonly sysctls?: Readonly<Record<string, string>>;
  /** @default none */
  readonly capabilities?: readonly CapabilityException[];
  /** Time between the request to stop and SIGKILL. @default 10 s */
  readonly stopGrace?: Duration;
  /** How long a deployment waits until the container is healthy. @default 2 min */
  readonly startTimeout?: Duration;
  readonly expects?: readonly Expectation[];
  /** Containers that must be healthy, or done, before this one starts. */
  readonly after?: readonly ITerraformDependable[];
}

/** /dev/shm of who does not use it. */
export const defaultSharedMemory = MemorySize.mebibytes(1);
const defaultTmpfs: Readonly<Record<string, Tmpfs>> = { '/tmp': { size: MemorySize.mebibytes(16) } };

/** Mount options in the order in which Docker reads them back. */
function tmpfsOptions({ size, mode = '1777', owner }: Tmpfs): string {
  const ownership = owner ? `,uid=${owner.uid},gid=${owner.gid}` : '';
  return `size=${size.toMountOption()},mode=${mode}${ownership},noexec,nosuid,nodev`;
}

const mapValues = <V, W>(record: Readonly<Record<string, V>>, change: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** One hardened container of the catalogue. What the Docker provider needs to settle down is written here and nowhere else. */
export class Service extends Construct {
  readonly props: ServiceProps;
  readonly image: Image;
  readonly container: Container;
  /** What was asked of Docker, in the provider's terms, without references. */
  readonly specification: ContainerConfig;
  /** Changes with anything in `specification`. */
  readonly specHash: string;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    this.props = props;
    const { name } = props.service;

    this.specification = specification(props);
    this.specHash = fingerprint(this.specification);

    // Read by name and used by id: a tag that moves is then seen as a change.
    this.image = new Image(this, 'image', { name: props.image, keepLocally: true });
    this.image.overrideLogicalId(name);

    this.container = new Container(this, 'container', {
      ...this.specification,
      image: this.image.imageId,
      labels: this.labels.map(([label, value]) => ({ label, value })),
      dependsOn: props.after && [...props.after],
    });
    this.container.overrideLogicalId(name);
    // Newer than the bindings. The kernel reclaims from others first while usage is below it.
    this.container.addOverride('memory_reservation', props.service.claim.memory.min.toDockerMebibytes());
    for (const { capability, reason } of props.capabilities ?? [])
      suppress(this.container, { rule: 'NAUT_RULE_NO_CAPABILITIES', reason: `${capability}: ${reason}` });
  }

  get name() {
    return this.props.service.name;
  }

  get stack(): string {
    return TerraformStack.of(this).node.id;
  }

  /** Files in memory: each counts against the container's limit. */
  get tmpfs(): Readonly<Record<string, Tmpfs>> {
    return this.props.tmpfs ?? defaultTmpfs;
  }

  /** What must be true of the running container and of the server in it. */
  get expectations(): readonly Expectation[] {
    return [...containerExpectations(this.props.profile, this.props.service), ...(this.props.expects ?? [])];
  }

  /** What Docker was asked for, for who compares it with what runs. */
  get declared(): ManifestContainer {
    const { min, limit, max } = this.props.service.claim.memory;
    const worstCase = this.props.worstCase ? partsOf(this) : [];
    return declaredContainer(this.specification, {
      name: this.name,
      stack: this.stack,
      labels: Object.fromEntries(this.labels),
      memory: {
        minBytes: min.bytes,
        limitBytes: limit.bytes,
        maxBytes: max.bytes,
        worstCase: worstCase.map(({ name, size }) => ({ name, bytes: size.bytes })),
      },
      memoryReservation: min.toDockerMebibytes(),
    });
  }

  /** The provider ignores changes of some attributes; labels replace the container, and one of them follows every attribute. */
  get labels(): readonly (readonly [string, string])[] {
    const { profile } = this.props;
    return [
      [labels.profile, profile.name],
      [labels.project, profile.project],
      [labels.service, this.name],
      [labels.spec, this.specHash],
      [labels.stack, this.stack],
    ];
  }
}

function specification(props: ServiceProps): ContainerConfig {
  const { profile, service } = props;
  const memory = service.claim.memory.limit.toDockerMebibytes();
  const grace = (props.stopGrace ?? Duration.seconds(10)).toWholeSeconds();
  const groups = new Set([...(props.user.groups ?? []), ...(props.secrets ?? []).map(({ gid }) => gid)]);

  return {
    name: containerName(profile, service.name),
    image: props.image,
    hostname: service.name,
    user: props.user.name,
    groupAdd: groups.size > 0 ? [...groups].map(String) : undefined,
    entrypoint: props.entrypoint?.map(literal),
    command: props.command?.map(literal),
    env: Object.entries(props.env ?? {}).map(([name, value]) => `${name}=${literal(value)}`),

    readOnly: true,
    privileged: false,
    securityOpts: ['no-new-privileges:true'],
    capabilities: { drop: ['ALL'], add: props.capabilities?.map(({ capability }) => capability) },
    tmpfs: mapValues(props.tmpfs ?? defaultTmpfs, tmpfsOptions),
    init: false,

    memory,
    memorySwap: memory,
    cpus: service.claim.cpus.toTerraform(),
    cpuShares: service.claim.cpus.toShares(),
    shmSize: (props.sharedMemory ?? defaultSharedMemory).toDockerMebibytes(),
    ulimit: props.openFiles ? [{ name: 'nofile', soft: props.openFiles, hard: props.openFiles }] : undefined,
    sysctls: props.sysctls,

    mounts: mountsOf(props).map(({ volume, target, readOnly = false }) => ({
      type: 'volume',
      source: volumeNameOf(profile, volume),
      target,
      readOnly,
    })),
    networksAdvanced: [
      { name: networkName(profile), ipv4Address: service.address.toString(), aliases: [service.name] },
    ],
    ports: service.published
      ? service.endpoints.map(({ port, hostPort }) => ({
          internal: port.number,
          external: hostPort.number,
          ip: profile.exposure.address.toString(),
          protocol: 'tcp',
        }))
      : undefined,

    healthcheck: props.health.toHealthcheck(),
    wait: true,
    waitTimeout: (props.startTimeout ?? Duration.minutes(2)).toWholeSeconds(),
    mustRun: true,
    restart: 'unless-stopped',
    stopTimeout: grace,
    // Without it the provider stops with no grace at all.
    destroyGraceSeconds: grace,

    logDriver: 'json-file',
    logOpts: { 'max-size': '10m', 'max-file': '3' },
  };
}

const mountsOf = ({ volumes = [], secrets = [] }: ServiceProps): VolumeMount[] =>
  secrets.length > 0
    ? [...volumes, { volume: 'secrets', target: containerPaths.secrets, readOnly: true }]
    : [...volumes];

/** Is the construct a Service? */
export const isService = (construct: IConstruct): construct is Service => construct instanceof Service;
