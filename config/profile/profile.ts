import type { CatalogService, ServiceName, TopicName } from '../catalog';
import { NautilusError } from '../errors';
import type { HardwareVariant } from '../hardware/m4-max';
import type { CpuCores, Duration, Ipv4Address, Ipv4Subnet, MemorySize, Port } from '../units';
import type { ProfileSource, TradingSection } from './schema';

export type ClaimPriority = 'critical' | 'high' | 'normal' | 'low' | 'maintenance';
export type ClaimPolicy = 'guaranteed' | 'burstable' | 'adaptive';

/** What a container may use. Its memory limit starts at `limit` and may be moved between `min` and `max` while it runs. */
export interface Claim {
  readonly memory: { readonly min: MemorySize; readonly limit: MemorySize; readonly max: MemorySize };
  readonly cpus: CpuCores;
  readonly priority: ClaimPriority;
  readonly policy: ClaimPolicy;
}

/** One container of the platform, as the profile wants it. */
export interface ServiceProfile {
  readonly name: ServiceName;
  readonly catalog: CatalogService;
  readonly claim: Claim;
  /** Address in the platform's network. */
  readonly address: Ipv4Address;
  /** Port that the service listens on inside its container. */
  readonly port: Port;
  /** Port on the host: published there under Docker, listened on without Docker. */
  readonly hostPort: Port;
  /** Is `hostPort` published when the service runs in a container? */
  readonly published: boolean;
  /** Each port that it listens on with the one on the host; the first is `port` and `hostPort`. */
  readonly endpoints: readonly { readonly port: Port; readonly hostPort: Port }[];
  /** May it be left out where its image cannot be had? */
  readonly optional: boolean;
}

export type WorkloadKind = 'mixed' | 'orders' | 'research';

/** A tune profile: validated, resolved, frozen. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  /** Prefix of every container, network and volume. */
  readonly project: string;
  /** The file it was read from. */
  readonly file: string;
  /** SHA-256 of everything the profile says, in hexadecimal; the same for the same values wherever they were written. */
  readonly hash: string;
  readonly hardware: { readonly model: 'any' } | { readonly model: 'm4-max'; readonly variant: HardwareVariant };
  readonly docker: {
    /** Memory of Docker's VM: the profile's figure, or the engine's own where `loadProfile` got a smaller one. */
    readonly memory: MemorySize;
    readonly cpus: number;
    /** How often the CPUs may be promised to containers. */
    readonly cpuOvercommit: number;
    /** Engine to deploy to; undefined: DOCKER_HOST, else the engine of this machine. */
    readonly host: string | undefined;
    /** Absolute path of the folder with ca.pem, cert.pem and key.pem for a tcp:// engine. */
    readonly certificates: string | undefined;
    /** Stays free for the VM itself. */
    readonly reserve: MemorySize;
    /** `memory` less `reserve`: the sum of all limits fits in here. */
    readonly pool: MemorySize;
    /** Size of the tmpfs volume of the engines' rings. */
    readonly sharedMemory: MemorySize;
  };
  readonly workload: {
    readonly kind: WorkloadKind;
    readonly connections: number;
    readonly cacheClients: number;
    readonly symbols: number;
    readonly ordersPerSecond: number;
    readonly retention: Duration;
  };
  readonly network: {
    readonly name: string;
    readonly subnet: Ipv4Subnet;
    readonly gateway: Ipv4Address;
    readonly mtu: number;
    readonly bridgeName: string;
  };
  readonly images: ProfileSource['images'];
  /** Host address that published ports bind to. */
  readonly exposure: { readonly address: Ipv4Address };
  /** What is deployed, by name. */
  readonly services: { readonly [N in ServiceName]?: ServiceProfile };
  readonly gateway: ProfileSource['gateway'];
  readonly monitoring: ProfileSource['monitoring'];
  readonly diagnostics: ProfileSource['diagnostics'];
  /** Where Terraform keeps its state: its backend's kind and that backend's own settings. */
  readonly backend: { readonly kind: string; readonly settings: Readonly<Record<string, string | number | boolean>> };
  /** How the engines that must not forget keep their journals. */
  readonly journals: ProfileSource['journals'];
  readonly transport:
    | { readonly kind: 'shared-memory' }
    | {
        readonly kind: 'nats';
        readonly servers: readonly string[];
        /** Topics that it carries. */
        readonly topics: readonly TopicName[];
        readonly user: string | undefined;
        readonly tls: boolean;
        readonly replicas: number;
        /** Where engines on other hosts answer. */
        readonly elsewhere: { readonly [N in ServiceName]?: string };
      };
  readonly trading: TradingSection;
}

/** The services of a profile in the catalogue's order. */
export function deployedServices(profile: Profile): readonly ServiceProfile[] {
  return Object.values(profile.services);
}

/** The service that the profile must have. Throws NAUT_SERVICE_NOT_DEPLOYED. */
export function deployedService(profile: Profile, name: ServiceName): ServiceProfile {
  const service = profile.services[name];
  if (!service)
    throw new NautilusError({
      code: 'NAUT_SERVICE_NOT_DEPLOYED',
      message: `profile ${profile.name} deploys no ${name}`,
      details: [`it deploys: ${Object.keys(profile.services).join(', ') || 'nothing'}`],
      fix: `add ${name} to services in ${profile.file}`,
    });
  return service;
}
