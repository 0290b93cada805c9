import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import * as z from 'zod';
import {
  BUDGET_SHARE,
  bufferKinds,
  exportMemory,
  MemoryManager,
  poolNames,
  pressureLevels,
  regionNames,
  SharedBuffers,
} from '../memory';
import { cgroupMemory } from './cgroup';
import type { ProcessConfig } from './configuration';
import { EngineError } from './errors';
import { type Machine, thisMachine } from './machine';
import { hasContainer } from './platform';

/** Where nobody says what the engine may use: enough for a first look. */
const UNCLAIMED_BYTES = 256 * 2 ** 20;
/** Within the windows over which leaks are judged. Then blocks are moved together again, too. */
const OBSERVE_EVERY_MS = 5000;
/** What moving blocks may take of one idle turn: some microseconds. A block is moved whole, however large. */
const TIDY_STEP = { bytes: 16 * 1024, blocks: 64 } as const;

/** The claim that a manager is sized from: the profile's, or the container's limit. */
function claimBytes({ memory }: Pick<ProcessConfig, 'memory'>, machine: Machine): number {
  if (memory?.claimBytes !== undefined) return memory.claimBytes;
  const limit = hasContainer(machine) ? cgroupMemory(machine).value?.limitBytes : undefined;
  return limit ?? UNCLAIMED_BYTES;
}

/** The memory manager and the shared buffers of an engine's process: made when somebody first asks for them, and told of in /memory and /metrics. */
export class EngineMemory {
  private made: MemoryManager | undefined;
  private timer: NodeJS.Timeout | undefined;
  private buffers: SharedBuffers | undefined;
  private tidied = false;

  constructor(
    private readonly configuration: Pick<ProcessConfig, 'service' | 'sharedMemory' | 'memory'>,
    private readonly latency: () => { record(ns: number): void },
    metrics: Registry,
    private readonly machine: Machine = thisMachine,
  ) {
    exportMemory(metrics, () => this.made);
  }

  get current(): MemoryManager | undefined {
    return this.made;
  }

  manager(): MemoryManager {
    if (this.made) return this.made;
    const manager = new MemoryManager({
      budget: claimBytes(this.configuration, this.machine) * BUDGET_SHARE,
      profiler: { recording: this.configuration.memory?.recording ?? 'sampled' },
      latency: this.latency(),
    });
    this.timer = setInterval(() => {
      manager.observe();
      this.tidied = false;
    }, OBSERVE_EVERY_MS).unref();
    this.made = manager;
    return manager;
  }

  /** A step of moving movable blocks together, for a turn of the engine that found no work; nothing once all is together. */
  tidy(): void {
    if (this.made !== undefined && !this.tidied) this.tidied = this.made.defragment(TIDY_STEP).finished;
  }

  /** Of all engines of this host. @throws MemoryError NAUT_MEMORY_BUFFERS_FULL */
  sharedBuffers(): SharedBuffers {
    const { sharedMemory: directory, service: owner } = this.configuration;
    return (this.buffers ??= SharedBuffers.in({ directory, owner }));
  }

  stop(): void {
    clearInterval(this.timer);
    this.buffers?.close();
  }
}

const Level = z.enum(pressureLevels);
const Bytes = z.number();

const Report = z.object({
  budgetBytes: Bytes,
  capacityBytes: Bytes.describe('of all pools'),
  usedBytes: Bytes,
  pressure: Level,
  handles: z.number(),
  listenerFailures: z.number(),
  regions: z.array(
    z.object({
      name: z.enum(regionNames),
      capacityBytes: Bytes,
      usedBytes: Bytes,
      sharedBytes: Bytes.describe('in buffers that processes share'),
      alignment: Bytes,
      reason: z.string(),
    }),
  ),
  pools: z.array(
    z.object({
      name: z.enum(poolNames),
      region: z.enum(regionNames),
      strategy: z.string(),
      priority: z.string(),
      alignment: Bytes,
      opened: z.boolean().describe('something was allocated: until then it costs nothing'),
      capacityBytes: Bytes,
      usedBytes: Bytes,
      peakBytes: Bytes,
      freeBytes: Bytes,
      largestFreeBytes: Bytes.describe('longest run of free bytes'),
      fragmentation: z.number().describe('1 less the longest run over all free bytes'),
      blocks: z.number(),
      allocations: z.number(),
      failures: z.number(),
      pressure: Level,
    }),
  ),
});

const recordings = z.enum(['off', 'sampled', 'full']);

const Site = z.object({
  site: z.string().describe('function, file and line that asked for the memory'),
  callers: z.array(z.string()),
  pool: z.string(),
  blocks: z.number(),
  bytes: Bytes,
  allocations: z.number(),
  allocatedBytes: Bytes,
  peakBytes: Bytes,
  oldestMs: z.number().nullable(),
});
const Profile = z.object({ recording: recordings, everyBytes: z.number().nullable(), sites: z.array(Site) });
const Leaks = z.object({
  olderThanSeconds: z.number(),
  recording: recordings,
  leaks: z.array(
    Site.extend({
      oldBlocks: z.number(),
      oldBytes: Bytes,
      verdict: z.enum(['growing', 'held']).describe('growing: what it takes does not come back'),
      floors: z.array(z.number()).describe('fewest blocks held in each of the last windows'),
    }),
  ),
});
const Buffers = z.object({
  buffers: z.array(
    z.object({
      name: z.string(),
      bytes: Bytes,
      kind: z.enum(Object.keys(bufferKinds)),
      holders: z.array(
        z.object({
          owner: z.string(),
          pid: z.number().describe('as numbered in its container'),
          alive: z.boolean().describe('what a dead one holds goes when the next process makes or opens a buffer'),
        }),
      ),
    }),
  ),
});

const Recording = z.strictObject({ recording: recordings, everyBytes: z.int().min(1).optional() });

/** Routes about the memory manager, 404 where the engine has none, and about buffers that engines share. */
export function addMemoryRoutes(app: FastifyInstance, memory: EngineMemory): void {
  const manager = (): MemoryManager => {
    const made = memory.current;
    if (made) return made;
    throw new EngineError({
      status: 404,
      code: 'NAUT_MEMORY_NONE',
      message: 'this engine has allocated nothing from a memory manager',
      fix: 'ask an engine that uses pools; GET /m4-max/status tells the memory of every process',
    });
  };
  app.get(
    '/memory',
    { schema: { summary: 'Regions and pools of the engine’s memory', response: { 200: Report } } },
    () => manager().report(),
  );
  app.get(
    '/memory/shared',
    { schema: { summary: 'Buffers that engines of this host share, and who holds them', response: { 200: Buffers } } },
    () => ({ buffers: memory.sharedBuffers().list() }),
  );
  app.get('/memory/profile', { schema: { summary: 'Which site holds what', response: { 200: Profile } } }, () =>
    manager().profile(),
  );
  app.put(
    '/memory/profile',
    { schema: { summary: 'What is recorded from now on', body: Recording, response: { 200: Profile } } },
    ({ body }) => {
      manager().profiler.configure(body as z.infer<typeof Recording>);
      return manager().profile();
    },
  );
  const Query = z.object({ olderThanSeconds: z.coerce.number().min(0).default(60) });
  app.get(
    '/memory/leaks',
    { schema: { summary: 'Sites whose blocks grow old', querystring: Query, response: { 200: Leaks } } },
    ({ query }) => {
      const { olderThanSeconds } = query as z.infer<typeof Query>;
      const { profiler } = manager();
      return { olderThanSeconds, recording: profiler.recording, leaks: manager().leaks(olderThanSeconds * 1000) };
    },
  );
}
