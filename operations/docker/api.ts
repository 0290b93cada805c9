/**
 * The parts of the Docker Engine API (1.41 and later) that are used here, named as the engine names them.
 * Sizes are bytes; `NanoCpus` is 1e-9 CPUs.
 */
export interface EngineInfo {
  readonly ID: string;
  readonly Name: string;
  readonly ServerVersion: string;
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Driver: string;
  readonly CgroupVersion?: string;
  readonly DockerRootDir: string;
}

export interface EngineVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
}

export interface PublishedPort {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Created: number;
  readonly State: ContainerState;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly PublishedPort[];
  readonly NetworkSettings?: { readonly Networks: Readonly<Record<string, { readonly MacAddress: string }>> | null };
}

/** How Docker finds out that a container works; times in nanoseconds. `Test` is `['NONE']` where the image's own check is switched off. */
export interface HealthCheck {
  readonly Test?: readonly string[] | null;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly Retries?: number;
}

/** What an image brings along, and a container keeps where it was not asked for something else. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[] | null;
  readonly Cmd: readonly string[] | null;
  readonly Entrypoint: readonly string[] | null;
  readonly WorkingDir: string;
  readonly Labels: Texts | null;
  readonly Healthcheck?: HealthCheck | null;
  readonly StopSignal?: string;
  /** Paths that get a volume without a name where nothing else is mounted. */
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
}

type Texts = Readonly<Record<string, string>>;

export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** A container's place in a network. */
export interface Endpoint {
  readonly IPAMConfig?: { readonly IPv4Address?: string } | null;
  readonly Aliases?: readonly string[] | null;
  /** Empty while the container does not run. */
  readonly IPAddress: string;
}

export interface MountPoint {
  readonly Type: string;
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
}

export interface ContainerDetail {
  readonly Id: string;
  /** With a slash before it. */
  readonly Name: string;
  readonly Created: string;
  readonly Image: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: ContainerState;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Pid: number;
    readonly Health?: {
      readonly Status: 'none' | 'starting' | 'healthy' | 'unhealthy';
      readonly FailingStreak?: number;
      readonly Log?: readonly { readonly ExitCode: number; readonly Output: string; readonly End: string }[] | null;
    };
  };
  readonly Config: ImageConfig & {
    /** As it was asked for: a reference or an id. */
    readonly Image: string;
    readonly Hostname: string;
    readonly Domainname?: string;
    readonly Tty?: boolean;
    readonly OpenStdin?: boolean;
    readonly StopTimeout?: number | null;
  };
  readonly HostConfig: {
    readonly Memory: number;
    /** Memory and swap together; -1 without a limit. */
    readonly MemorySwap: number;
    readonly MemoryReservation: number;
    readonly NanoCpus: number;
    readonly CpuShares: number;
    /** Microseconds of CPU time in each `CpuPeriod`. */
    readonly CpuQuota: number;
    readonly CpuPeriod: number;
    readonly CpusetCpus: string;
    readonly CpusetMems: string;
    readonly PidsLimit?: number | null;
    readonly ShmSize: number;
    readonly OomKillDisable?: boolean | null;
    readonly OomScoreAdj: number;
    readonly ReadonlyRootfs: boolean;
    readonly Privileged: boolean;
    readonly Init?: boolean | null;
    readonly AutoRemove: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    /** Paths of /proc and /sys that are hidden: an empty list where somebody uncovered them. */
    readonly MaskedPaths?: readonly string[] | null;
    readonly GroupAdd: readonly string[] | null;
    readonly Tmpfs?: Texts | null;
    readonly Sysctls?: Texts | null;
    readonly Ulimits: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null;
    readonly Devices?: readonly { readonly PathOnHost: string }[] | null;
    readonly DeviceRequests?: readonly unknown[] | null;
    readonly DeviceCgroupRules?: readonly string[] | null;
    readonly NetworkMode: string;
    readonly IpcMode: string;
    readonly PidMode: string;
    readonly UTSMode: string;
    readonly UsernsMode: string;
    readonly CgroupParent?: string;
    readonly ExtraHosts?: readonly string[] | null;
    readonly Links?: readonly string[] | null;
    readonly Dns?: readonly string[] | null;
    readonly DnsOptions?: readonly string[] | null;
    readonly DnsSearch?: readonly string[] | null;
    readonly PortBindings: Readonly<Record<string, readonly PortBinding[] | null>> | null;
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly LogConfig: { readonly Type: string; readonly Config: Texts | null };
  };
  readonly Mounts: readonly MountPoint[] | null;
  readonly NetworkSettings: {
    /** By port and protocol, `8200/tcp`: where it can be reached while the container runs. */
    readonly Ports?: Readonly<Record<string, readonly PortBinding[] | null>> | null;
    readonly Networks: Readonly<Record<string, Endpoint>>;
  };
}

export interface ImageDetail {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly Config: ImageConfig;
}

/** A step of an image's making. */
export interface ImageStep {
  readonly CreatedBy: string;
}

export interface NetworkSummary {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string }[] | null };
}

export interface NetworkDetail extends NetworkSummary {
  readonly Options: Texts | null;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly EnableIPv6: boolean;
  readonly IPAM: {
    readonly Config:
      | readonly {
          readonly Subnet?: string;
          readonly Gateway?: string;
          /** Addresses that are given to nobody, by name. */
          readonly AuxiliaryAddresses?: Texts | null;
        }[]
      | null;
  };
  /** Running containers on it, by id. */
  readonly Containers?: Readonly<Record<string, { readonly Name: string; readonly IPv4Address: string }>> | null;
}

export interface VolumeSummary {
  readonly Name: string;
  readonly Driver: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Options: Readonly<Record<string, string>> | null;
}

export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Created: number;
  readonly Size: number;
  readonly Labels: Readonly<Record<string, string>> | null;
}
