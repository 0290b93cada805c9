import type { HostHardware, Profile, ServiceName } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { ContainerSummary } from '../../docker';
import type { Finding, Unread } from '../../drift/finding';
import type { LiveReading } from '../../live';
import type { ServiceStatus } from '../../local';

export interface Request {
  /** @default GET */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Until it is given up. @default 5,000 */
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Memory of a container at this moment; bytes. */
export interface Usage {
  readonly service: string;
  /** Less the file pages that the kernel can drop at once. */
  readonly workingSetBytes: number;
  readonly limitBytes: number;
  /** CPU time since it started. */
  readonly cpuSeconds: number;
}

/** The gateway as a client meets it over TLS. */
export interface Gateway {
  /** Certificate that it shows, that it was given, and the authority's where the platform has its own; PEM, nothing secret. */
  certificates(): Promise<{ readonly shown: string; readonly given: string; readonly authority?: string }>;
  /** @param user whose password is taken from the platform's secrets; undefined: nobody */
  ask(path: string, user: 'viewer' | 'trader' | undefined, request?: Request): Promise<Answer>;
}

/** What only containers have. */
export interface Containers {
  /** What was deployed. */
  readonly manifest: Manifest;
  /** Containers of the platform in every state. */
  list(): Promise<readonly ContainerSummary[]>;
  usage(): Promise<readonly Usage[]>;
  /** What the engine says of containers, network and volumes that is not as declared; what it did not say. */
  drift(): Promise<{ readonly findings: readonly Finding[]; readonly unread: readonly Unread[] }>;
  /** Every declared setting beside the running server's. */
  settings(): Promise<readonly LiveReading[]>;
  /** `GET /networks/…` of the platform's network. */
  network(): Promise<LiveNetwork>;
  /** What a command prints inside a container; its exit code is no error. */
  inside(
    service: ServiceName,
    argv: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Absent where its port is not one of this machine. */
  readonly gateway?: Gateway;
}

export interface LiveNetwork {
  readonly IPAM: {
    readonly Config:
      | readonly { readonly Subnet?: string; readonly AuxiliaryAddresses?: Readonly<Record<string, string>> | null }[]
      | null;
  };
  readonly Containers: Readonly<Record<string, { readonly Name: string; readonly IPv4Address: string }>>;
}

/** What only local mode has. */
export interface Processes {
  status(): Promise<readonly ServiceStatus[]>;
}

/** Time, as the checks wait for what takes a moment. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** A running platform, as the checks see it. Tests bring one that says what they want. */
export interface Platform {
  readonly mode: 'docker' | 'local';
  readonly profile: Profile;
  readonly clock: Clock;
  /** Why the service cannot be asked here; undefined: it is part of this platform. */
  absent(service: ServiceName): string | undefined;
  /** @throws Red when nobody answers */
  ask(service: ServiceName, path: string, request?: Request): Promise<Answer>;
  /** Rows of a query, as the platform's role. */
  rows(query: string): Promise<readonly (readonly string[])[]>;
  /** The last lines that a service logged. */
  log(service: ServiceName, lines: number): Promise<string>;
  /** Configuration that an engine should run with, as its file says it. */
  configuration(service: ServiceName): Readonly<Record<string, unknown>>;
  /** The machine that this command runs on; undefined where the platform runs on another one. */
  hardware(): Promise<HostHardware | undefined>;
  /** Set in Docker. */
  readonly containers?: Containers;
  /** Set in local mode. */
  readonly processes?: Processes;
}
