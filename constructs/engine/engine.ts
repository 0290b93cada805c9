import { posix } from 'node:path';
import {
  catalog,
  containerPaths,
  Duration,
  deployedService,
  dockerPlacement,
  type EngineName,
  engineSettings,
  MemorySize,
  orderPath,
  type Profile,
  secretFiles,
} from '@nautilus/config';
import { Construct } from 'constructs';
import { worstCaseOf } from '../budget';
import { tuneCachePolicy } from '../cache/settings';
import { platformSecrets, secretsOf } from '../secrets/platform-secrets';
import { defaultSharedMemory, Health, platformUser, Service, type Tmpfs, type VolumeMount } from '../service';
import { type Dialect, toExpectations } from '../setting';
import type { StateVolume } from '../storage';
import { heap } from './heap';
import { threadPool } from './threads';
import { besideTheHeap } from './worst-case';

export interface EngineProps {
  readonly profile: Profile;
  readonly engine: EngineName;
  /** Reference of the image that `engineBundle` builds. */
  readonly image: string;
  /** Volume of its journal. @default none: what it writes is gone with the container */
  readonly journal?: StateVolume;
  /** Does it write to the database and the cache? @default false: it never learns their passwords */
  readonly stores?: boolean;
}

/** Node takes its heap in MiB. */
const node: Dialect = { memory: (size) => String(size.toDockerMebibytes()), duration: String, boolean: String };

const owner = { uid: platformUser.uid, gid: platformUser.gid };

/** One engine of the platform in its container: rings in shared memory, its journal in a volume, its configuration as a file. */
export class Engine extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { profile, engine, image, journal, stores = false }: EngineProps) {
    super(scope, id);
    const service = deployedService(profile, engine);
    const volumes: VolumeMount[] = [{ volume: 'shared-memory', target: containerPaths.sharedMemory }];
    const tmpfs: Record<string, Tmpfs> = {
      '/tmp': { size: MemorySize.mebibytes(16) },
      [posix.dirname(containerPaths.configuration)]: { size: MemorySize.mebibytes(1), mode: '0700', owner },
    };
    if (journal) volumes.push({ volume: journal, target: containerPaths.data });
    else tmpfs[containerPaths.data] = { size: MemorySize.mebibytes(16), mode: '0700', owner };

    const { cpus, memory } = service.claim;
    const beside = besideTheHeap(profile, engine);
    const sizes = [...beside, ...Object.values(tmpfs), { size: defaultSharedMemory }].map(({ size }) => size);
    const heapSize = heap({ engine, limit: memory.limit, beside: MemorySize.sum(sizes) });
    const threads = threadPool({ cpus });

    this.service = new Service(this, 'service', {
      profile,
      service,
      image,
      user: { name: platformUser.name },
      command: [`--max-old-space-size=${heapSize.value.toDockerMebibytes()}`],
      env: {
        NAUTILUS_CONFIG: containerPaths.configuration,
        UV_THREADPOOL_SIZE: String(threads.value),
        NAUTILUS_CONFIGURATION: JSON.stringify(configuration(profile, engine, stores)),
      },
      volumes,
      tmpfs,
      secrets: [
        ...(stores ? [platformSecrets.postgres, platformSecrets.redis] : []),
        ...secretsOf(profile).filter(
          ({ service, file }) => service === engine || (file === secretFiles.broker && orderPath.includes(engine)),
        ),
      ],
      health: Health.command(['/app/ready', String(catalog[engine].port)], { startPeriod: Duration.minutes(1) }),
      // An engine closes its journal within 5 s.
      stopGrace: Duration.seconds(10),
      worstCase: worstCaseOf([
        { name: 'heap', size: heapSize.value },
        ...beside,
        { name: '/dev/shm', size: defaultSharedMemory },
      ]),
      expects: toExpectations([heapSize, threads, ...(stores ? cachePolicyOf(profile) : [])], 'engine', node),
    });
  }
}

/** What an engine that writes to the cache keeps there. */
const cachePolicyOf = ({ services: { redis }, workload }: Profile) =>
  redis ? tuneCachePolicy({ limit: redis.claim.memory.limit, clients: workload.cacheClients }) : [];

/** What the engine reads: a change elsewhere in the profile replaces no engine. */
function configuration(profile: Profile, engine: EngineName, stores: boolean) {
  const placement = dockerPlacement(profile);
  return engineSettings(profile, engine, stores ? placement : { ...placement, postgres: undefined, redis: undefined });
}
