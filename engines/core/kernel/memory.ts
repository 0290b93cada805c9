import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import * as z from 'zod';
import { BUDGET_SHARE, exportMemory, MemoryManager, poolNames, pressureLevels, regionNames } from '../memory';
import { cgroupMemory } from './cgroup';
import type { ProcessConfig } from './configuration';
import { EngineError } from './errors';
import { type Machine, thisMachine } from './machine';
import { hasContainer } from './platform';

/** Where nobody says what the engine may use: enough for a first look. */
const UNCLAIMED_BYTES = 256 * 2 ** 20;
/** Within the windows over which leaks are judged. */
const OBSERVE_EVERY_MS = 5000;

/** The claim that a manager is sized from: the profile's, or the container's limit. */
function claimBytes({ memory }: Pick<ProcessConfig, 'memory'>, machine: Machine): number {
  if (memory?.claimBytes !== undefined) return memory.claimBytes;
  const limit = hasContainer(machine) ? cgroupMemory(machine).value?.limitBytes : undefined;
  return limit ?? UNCLAIMED_BYTES;
}

/** The memory manager of an engine's process: made when the engine first asks for it, and told of in /memory and /metrics. */
export class EngineMemory {
  private made: MemoryManager | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Pick<ProcessConfig, 'memory'>,
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
    this.timer = setInterval(() => manager.observe(), OBSERVE_EVERY_MS).unref();
    this.made = manager;
    return manager;
  }

  stop(): void {
    clearInterval(this.timer);
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
const Recording = z.strictObject({ recording: recordings, everyBytes: z.int().min(1).optional() });

/** Routes about the memory manager; 404 where the engine has none. */
export function addMemoryRoutes(app: FastifyInstance, current: () => MemoryManager | undefined): void {
  const manager = (): MemoryManager => {
    const made = current();
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
