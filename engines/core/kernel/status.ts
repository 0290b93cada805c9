import * as z from 'zod';
import { cgroupCpu, cgroupMemory, cgroupTasks, cpusAvailable } from './cgroup';
import { type ProcessConfig, pollStrategies } from './configuration';
import { fact, factOf } from './facts';
import { DeclaredMachine, declaredMachine } from './hardware';
import { filesRead, type Machine, readAhead, thisMachine } from './machine';
import { hasContainer, m4MaxDetected } from './platform';
import { version } from './version';

const Count = factOf(z.number());

/** What a process knows of itself and of where it runs: GET /m4-max/status. */
export const ProcessStatus = z.looseObject({
  service: z.string(),
  version: z.string(),
  profile: z.string(),
  specHash: z.string().nullable().describe('what the configuration calls itself'),
  configuration: z.object({ specHash: z.string() }).describe('fingerprint of the configuration that the process read'),
  uptimeSeconds: z.number().describe('when the rest was read'),
  pid: z.number(),
  nodeVersion: z.string(),
  platform: z.string(),
  arch: z.string(),
  poll: z.enum(pollStrategies),
  cpusAvailable: z.number().describe('CPUs that the scheduler offers, lowered by the quota'),
  residentBytes: z.number(),
  heapBytes: z.number().describe('in use on V8’s heap'),
  arrayBufferBytes: z
    .number()
    .describe('typed arrays and buffers beside it; what is mapped, as rings and memory pools, is not among them'),
  acceleratorBackend: z.enum(['cpu', 'coreml', 'metal']).describe('what this engine computes on'),
  m4_max_detected: z.boolean().nullable(),
  m4_max_reason: z.string().optional(),
  cgroupMemory: z
    .object({
      version: z.number(),
      limitBytes: z.number().nullable(),
      limitWithSwapBytes: z.number().nullable().optional(),
      usageBytes: z.number().nullable(),
      workingSetBytes: z.number().nullable(),
    })
    .nullable()
    .describe('as in `limits` and `usage`, which also say why something is null'),
  cgroup: z.object({
    of: z.enum(['container', 'session']).describe('session: shared with whatever else runs in it'),
    version: factOf(z.number()),
  }),
  limits: z.object({ memoryBytes: Count, memoryWithSwapBytes: Count, cpuCores: Count, tasks: Count }),
  usage: z.object({
    memoryBytes: Count,
    workingSetBytes: Count.describe('what the kernel cannot drop at once'),
    cpuSeconds: Count.describe('CPU time of the cgroup'),
    throttledSeconds: Count.describe('in which the quota was used up'),
    tasks: Count,
    processCpuSeconds: Count.describe('CPU time of this process alone'),
  }),
  network: z.object({ interface: z.string(), mtu: Count }),
  hardware: DeclaredMachine,
});

export type ProcessStatus = z.infer<typeof ProcessStatus>;

/** The interface that Docker gives a container on the platform's network. */
const INTERFACE = 'eth0';

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** What the kernel's files tell. */
function kernelStatus(machine: Machine) {
  const known = cgroupMemory(machine);
  const memory = known.value ?? undefined;
  const cpu = cgroupCpu(machine);
  const tasks = cgroupTasks(machine);
  const noCgroups = machine.platform === 'linux' ? undefined : `${machine.platform} has no cgroups`;
  const noMemory = 'reason' in known ? known.reason : 'the kernel does not tell it';
  const told = (value: number | null | undefined, reason: string) => fact('cgroup', value, noCgroups ?? reason);
  const limit = (value: number | null | undefined, reason: string) =>
    told(value, value === null ? 'there is no limit' : reason);
  return {
    cpusAvailable: cpusAvailable(machine),
    cgroupMemory: known.value,
    cgroup: {
      of: hasContainer(machine) ? ('container' as const) : ('session' as const),
      version: told(memory?.version, noMemory),
    },
    limits: {
      memoryBytes: limit(memory?.limitBytes, noMemory),
      memoryWithSwapBytes: limit(memory?.limitWithSwapBytes, 'swap is not accounted here'),
      cpuCores: told(cpu.quotaCores, 'no quota is set'),
      tasks: limit(tasks.limit, 'tasks are not counted here'),
    },
    usage: {
      memoryBytes: told(memory?.usageBytes, noMemory),
      workingSetBytes: told(memory?.workingSetBytes, noMemory),
      cpuSeconds: told(cpu.usageSeconds, 'CPU time is not accounted here'),
      throttledSeconds: told(cpu.throttledSeconds, 'without a quota nothing is throttled'),
      tasks: told(tasks.current, 'tasks are not counted here'),
    },
    network: {
      interface: INTERFACE,
      mtu: fact('measured', number(machine.read(`/sys/class/net/${INTERFACE}/mtu`)), `there is no ${INTERFACE} here`),
    },
  };
}

/**
 * Reads the status whenever somebody asks. The kernel's files are read away from the engine's thread, which may have orders to
 * poll: making up the accounts of a cgroup takes the kernel up to milliseconds.
 */
export class StatusReader {
  private readonly files: readonly string[];
  private readonly fixed;

  constructor(
    configuration: ProcessConfig,
    private readonly machine: Machine = thisMachine,
  ) {
    this.files = filesRead(kernelStatus, machine);
    const m4Max = m4MaxDetected(machine);
    this.fixed = {
      service: configuration.service,
      version,
      profile: configuration.profile,
      specHash: configuration.specHash ?? null,
      configuration: { specHash: configuration.readHash },
      pid: process.pid,
      nodeVersion: process.version,
      platform: process.platform,
      arch: process.arch,
      poll: configuration.poll,
      acceleratorBackend: 'cpu' as const,
      m4_max_detected: m4Max.value,
      ...('reason' in m4Max && { m4_max_reason: m4Max.reason }),
      hardware: declaredMachine(configuration.hardware),
    };
  }

  /** @param own what the engine says of itself */
  async read(own?: object): Promise<ProcessStatus> {
    const kernel = kernelStatus(await readAhead(this.files, this.machine));
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    return {
      ...this.fixed,
      uptimeSeconds: process.uptime(),
      residentBytes: rss,
      heapBytes: heapUsed,
      arrayBufferBytes: arrayBuffers,
      ...kernel,
      usage: { ...kernel.usage, processCpuSeconds: { value: (user + system) / 1e6, origin: 'measured' } },
      ...(own && { engine: own }),
    };
  }
}
