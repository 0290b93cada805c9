import { join } from 'node:path';
import { catalog, type EngineName, hostParts, orderPath, type ServiceName, type TopicName } from '../catalog';
import { NautilusError } from '../errors';
import { fingerprint } from '../fingerprint';
import type { HardwareVariant } from '../hardware';
import { installationRoot } from '../root';
import { apiRoutes } from './api-routes';
import { benchmarkCopy } from './benchmark';
import { type CachePolicy, cachePolicy } from './cache-policy';
import { filesOf, withFiles } from './feeds';
import { containerName, containerPaths, database, journalKeyFile, sampleFile, secretFiles } from './naming';
import { deployedService, deployedServices, type Profile } from './profile';

export interface PostgresEndpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly passwordFile: string;
}
export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
  readonly passwordFile: string;
  /** What may be in it. */
  readonly keep: CachePolicy;
}

/** The broker that carries topics between hosts. */
interface BrokerEndpoint {
  readonly kind: 'nats';
  readonly servers: readonly string[];
  readonly topics: readonly TopicName[];
  readonly platform: string;
  readonly replicas: number;
  readonly tls: boolean;
  readonly user?: string;
  readonly passwordFile?: string;
}

/** Where an engine runs and how it reaches the others. */
export interface Placement {
  readonly kind: 'local' | 'docker';
  /** Address that it listens on. */
  readonly host: string;
  readonly port: (service: ServiceName) => number;
  /** Base URL under which this engine reaches another. */
  readonly peer: (service: ServiceName) => string;
  readonly sharedMemory: string;
  readonly dataDirectory: (service: ServiceName) => string;
  /** Path of a file of the secrets. */
  readonly secret: (file: string) => string;
  readonly postgres?: PostgresEndpoint;
  readonly redis?: RedisEndpoint;
  /** Where the market data that comes with the platform is. */
  readonly sampleFile: string;
  readonly logLevel?: string;
}

/** What the profile says of its machine. */
export type DeclaredHardware =
  | { readonly model: 'any' }
  | ({ readonly model: 'm4-max'; readonly memoryBytes: number } & Omit<HardwareVariant, 'memory' | 'dockerDefault'>);

function declaredHardware({ hardware }: Profile): DeclaredHardware {
  if (hardware.model === 'any') return hardware;
  const { memory, dockerDefault: _, ...variant } = hardware.variant;
  return { model: hardware.model, memoryBytes: memory.bytes, ...variant };
}

/** The whole configuration of an engine process: the JSON file that NAUTILUS_CONFIG names. */
export interface EngineProcessConfiguration {
  readonly service: EngineName;
  readonly profile: string;
  readonly host: string;
  readonly port: number;
  readonly sharedMemory: string;
  readonly dataDirectory: string;
  readonly logLevel: string;
  /** Export what the kernel accounts of this process: CPU time, throttling, memory, page faults. */
  readonly hardwareMetrics: boolean;
  readonly poll: 'spin' | 'yield' | 'sleep';
  /** The machine that the profile is written for: a container cannot see it. */
  readonly hardware: DeclaredHardware;
  /** What the engine's own memory is sized from. */
  readonly memory: { readonly claimBytes: number };
  readonly peers: Readonly<Record<string, string>>;
  /** @default shared memory carries all topics */
  readonly transport?: BrokerEndpoint;
  /** Rows of what is over go after so many seconds. */
  readonly postgres?: PostgresEndpoint & { readonly keepSeconds: number };
  readonly redis?: RedisEndpoint;
  /** Fingerprint of all the rest of this configuration; the running engine tells the one of what it read. */
  readonly specHash: string;
  readonly engine: Readonly<Record<string, unknown>>;
}

/** Engines as containers of the platform's network. */
export function dockerPlacement(profile: Profile): Placement {
  const secret = (file: string) => `${containerPaths.secrets}/${file}`;
  const host = (service: ServiceName) => containerName(profile, service);
  const own = profile.trading.feeds
    .flatMap((feed) => filesOf(feed).map(([, file]) => file))
    .find((file) => file !== 'sample');
  if (own !== undefined)
    throw new NautilusError({
      code: 'NAUT_FEED_NOT_IN_IMAGE',
      message: `profile ${profile.name} replays ${own}, which no image holds`,
      details: ['allowed in Docker: file: sample'],
      fix: 'replay your own file without Docker (nautilus local up), or keep `sample`',
    });
  return {
    kind: 'docker',
    host: '0.0.0.0',
    port: (service) => catalog[service].port,
    peer: (service) => `http://${host(service)}:${catalog[service].port}`,
    sharedMemory: containerPaths.sharedMemory,
    dataDirectory: () => containerPaths.data,
    secret,
    postgres: profile.services.postgres && {
      host: host('postgres'),
      port: catalog.postgres.port,
      user: database.user,
      database: database.name,
      passwordFile: secret(secretFiles.postgres),
    },
    redis: profile.services.redis && {
      host: host('redis'),
      port: catalog.redis.port,
      passwordFile: secret(secretFiles.redis),
      keep: cachePolicy({
        limit: profile.services.redis.claim.memory.limit,
        clients: profile.workload.cacheClients,
      }),
    },
    sampleFile: `${containerPaths.samples}/${sampleFile}`,
  };
}

/** Engines as processes of this machine. `ports` says where a service listens other than the profile has it. */
export function localPlacement(
  profile: Profile,
  options: {
    dataDirectory: string;
    secrets: string;
    sharedMemory: string;
    postgres?: PostgresEndpoint;
    ports?: Partial<Record<ServiceName, number>>;
    logLevel?: string;
  },
): Placement {
  const port = (service: ServiceName) => options.ports?.[service] ?? deployedService(profile, service).hostPort.number;
  return {
    kind: 'local',
    host: '127.0.0.1',
    port,
    peer: (service) => `http://127.0.0.1:${port(service)}`,
    sharedMemory: options.sharedMemory,
    dataDirectory: (service) => join(options.dataDirectory, service),
    secret: (file) => join(options.secrets, file),
    postgres: options.postgres,
    sampleFile: join(installationRoot(), 'engines', 'marketdata', 'data', sampleFile),
    logLevel: options.logLevel,
  };
}

/** The configuration of one engine in one place. The same profile gives the same engine section in Docker and outside. */
export function engineSettings(
  profile: Profile,
  service: EngineName,
  placement: Placement,
): EngineProcessConfiguration {
  const peers = peersOf[service] ?? [];
  const asks = (name: ServiceName) =>
    catalog[name].kind === 'engine' && name !== service && (peers === 'all' || peers.includes(name));
  const { transport } = profile;
  const elsewhere = Object.entries(transport.kind === 'nats' ? transport.elsewhere : {});
  const broker = orderPath.includes(service) && brokerEndpoint(profile, placement);
  const configuration = {
    service,
    profile: profile.name,
    host: placement.host,
    port: placement.port(service),
    sharedMemory: placement.sharedMemory,
    dataDirectory: placement.dataDirectory(service),
    logLevel: placement.logLevel ?? (profile.diagnostics.debugLogs ? 'debug' : 'info'),
    hardwareMetrics: profile.diagnostics.hardwareMetrics,
    poll: profile.trading.poll,
    hardware: declaredHardware(profile),
    memory: { claimBytes: deployedService(profile, service).claim.memory.limit.bytes },
    ...(broker && { transport: broker }),
    peers: Object.fromEntries(
      [...deployedServices(profile).map(({ name }) => [name, placement.peer(name)] as const), ...elsewhere].filter(
        ([name]) => asks(name as ServiceName),
      ),
    ),
    ...(placement.postgres && {
      postgres: { ...placement.postgres, keepSeconds: profile.workload.retention.seconds },
    }),
    ...(placement.redis && { redis: placement.redis }),
    engine: engineSections[service]?.(profile, placement) ?? {},
  };
  return { ...configuration, specHash: fingerprint(configuration) };
}

function brokerEndpoint({ project, transport }: Profile, { secret }: Placement): BrokerEndpoint | undefined {
  if (transport.kind !== 'nats') return undefined;
  const { kind, servers, topics, replicas, tls, user } = transport;
  const credentials = user && { user, passwordFile: secret(secretFiles.broker) };
  return { kind, servers, topics, platform: project, replicas, tls, ...credentials };
}

/** Whom an engine asks over HTTP. */
const peersOf: Partial<Record<EngineName, 'all' | readonly ServiceName[]>> = {
  ems: ['marketdata'],
  pms: ['oms'],
  backend: 'all',
  frontend: ['backend'],
};

/** The engine's own section, by engine: each reads what it needs of `trading` and nothing else. */
const engineSections: Partial<Record<EngineName, (profile: Profile, placement: Placement) => Record<string, unknown>>> =
  {
    marketdata: ({ trading }, { sampleFile }) => ({
      session: trading.session,
      venues: trading.venues.map(({ name, share }) => ({ name, share })),
      instruments: trading.instruments,
      feeds: trading.feeds.map((feed) => withFiles(feed, (file) => (file === 'sample' ? sampleFile : file))),
      speed: trading.speed,
      ...(trading.record && { record: trading.record }),
      awaitReaders: ['ems'],
      bars: trading.bars,
    }),
    risk: ({ trading }) => ({
      accounts: trading.accounts.map(({ id, name, limits }) => ({ id, name, limits })),
      instruments: trading.instruments,
    }),
    oms: ({ trading, journals }, { secret, host }) => ({
      accounts: trading.accounts.map(({ id, name }) => ({ id, name })),
      instruments: trading.instruments,
      journal: journalSettings(journals.oms, secret(journalKeyFile('oms'))),
      limitsStaleAfterMs: trading.limitsStaleAfter.milliseconds,
      ...(trading.fix && { fix: { ...trading.fix, host, venues: trading.venues.map(({ name }) => name) } }),
    }),
    ems: ({ trading }) => ({ instruments: trading.instruments, venues: trading.venues }),
    pms: ({ trading, journals }, { secret }) => ({
      session: trading.session,
      holidays: trading.holidays,
      accounts: trading.accounts.map(({ id, name, initialCash, currency, costMethod, settlement, margin }) => ({
        id,
        name,
        initialCash,
        currency,
        costMethod,
        settlement,
        margin,
      })),
      instruments: trading.instruments,
      rates: trading.rates,
      underlyings: trading.underlyings,
      marginCallDays: trading.marginCallDays,
      journal: journalSettings(journals.pms, secret(journalKeyFile('pms'))),
    }),
    backend: (profile, placement) => ({
      services: servicesAt(profile, placement).map(({ name, catalog: { kind } }) => ({
        name,
        // An engine says whether it is ready; of the others it is only asked whether they take connections.
        ask: kind === 'engine' ? 'engine' : 'connection',
        address: placement.peer(name),
        cpus: deployedService(profile, name).claim.cpus.cores,
      })),
      // Docker's own name for the host: where it does not know it, the agent cannot be reached.
      hostAgent: `http://${placement.kind === 'docker' ? 'host.docker.internal' : placement.host}:${hostParts.accelerator.port}`,
      benchmark: { copyBytes: benchmarkCopy(profile).bytes },
    }),
    // In Docker the gateway has the whole API under one address, and checks who asks.
    frontend: (profile, placement) => ({
      routes:
        placement.kind === 'local'
          ? apiRoutes(profile).map(({ match, path, engine, target }) => ({
              match,
              path,
              target: `${placement.peer(engine)}${target}`,
            }))
          : [],
    }),
  };

/** How an engine keeps its journal, in its own units. */
function journalSettings(
  { durability, snapshotRecords, snapshotEvery, retention, encryption }: Profile['journals']['oms'],
  keyFile: string,
) {
  const { snapshots, segments, size, age } = retention;
  return {
    durability,
    snapshot: {
      records: snapshotRecords,
      ...(snapshotEvery && { seconds: Math.ceil(snapshotEvery.milliseconds / 1e3) }),
    },
    retention: {
      snapshots,
      ...(segments && { segments }),
      ...(size && { bytes: size.bytes }),
      ...(age && { ageMs: age.milliseconds }),
    },
    ...(encryption && { keyFile }),
  };
}

/** What of the profile runs in this place: without Docker the engines and their database. */
const servicesAt = (profile: Profile, placement: Placement) =>
  deployedServices(profile).filter(
    ({ name, catalog: { kind } }) =>
      placement.kind === 'docker' || kind === 'engine' || (name === 'postgres' && placement.postgres),
  );
