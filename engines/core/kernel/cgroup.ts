/**
 * What the kernel accounts of the cgroup that this process is in. In a container that is the container; on a host it may be
 * the whole session. Whatever a file does not tell is left out: an unknown number is never a zero.
 */
import os from 'node:os';
import { type Known, type Machine, thisMachine, unknown } from './machine';

export interface CgroupMemory {
  readonly version: 1 | 2;
  /** Null: not limited. */
  readonly limitBytes: number | null;
  /** Memory and swap together; null: not limited; absent where swap is not accounted. */
  readonly limitWithSwapBytes?: number | null;
  readonly usageBytes: number | null;
  /** Usage less the file pages that the kernel can drop at once: what the limit really presses on. */
  readonly workingSetBytes: number | null;
}

interface CgroupCpu {
  readonly usageSeconds?: number;
  /** Cores that it may use; absent without a quota. */
  readonly quotaCores?: number;
  /** Enforcement periods in which it had something to run; absent without a quota. */
  readonly periods?: number;
  /** Those in which it was stopped for the rest of the period. */
  readonly throttledPeriods?: number;
  readonly throttledSeconds?: number;
}

interface CgroupTasks {
  /** Most processes and threads; null: not limited; absent where they are not counted. */
  readonly limit?: number | null;
  readonly current?: number;
}

interface CgroupFaults {
  readonly pageFaults?: number;
  /** Those that had to wait for a disk. */
  readonly majorPageFaults?: number;
}

/** Time in which tasks waited for a resource. */
interface Stall {
  readonly resource: 'cpu' | 'memory' | 'io';
  /** `some`: at least one task waited; `full`: all of them did. */
  readonly share: 'some' | 'full';
  /** Only version 2 tells it of a cgroup; the machine's own is told elsewhere. */
  readonly scope: 'cgroup' | 'machine';
  readonly seconds: number;
}

/** Version 1 writes "no limit" as the largest number of whole pages. */
const V1_UNLIMITED = 2 ** 62;

const number = (text: string | undefined): number | undefined => {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};

/** Lines `name number`. */
function table(text: string | undefined): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const line of (text ?? '').split('\n')) {
    const [name, value] = line.split(' ');
    const known = number(value);
    if (name && known !== undefined) rows.set(name, known);
  }
  return rows;
}

const scaled = (value: number | undefined, unit: number) => (value === undefined ? undefined : value / unit);

/** Where a process's cgroup may be: by its path on a host, at the root inside a container. */
function candidates(mount: string, path: string | undefined): string[] {
  return path === undefined || path === '/' ? [mount] : [mount + path, mount];
}

const groups = (machine: Machine) =>
  (machine.read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));

/** The first directory of version 2 that has the file. */
const v2Directory = (machine: Machine, file: string) =>
  candidates('/sys/fs/cgroup', groups(machine).find(([id]) => id === '0')?.[2]).find(
    (directory) => machine.read(`${directory}/${file}`) !== undefined,
  );

/** The first directory of a version 1 controller that has the file. */
const v1Directory = (machine: Machine, controller: string, file: string) =>
  candidates(
    `/sys/fs/cgroup/${controller}`,
    groups(machine).find(([, controllers]) => controllers?.split(',').includes(controller))?.[2],
  ).find((directory) => machine.read(`${directory}/${file}`) !== undefined);

/** A limit in a file; null: the file says that there is none; undefined without the file. */
function limitIn(text: string | undefined): number | null | undefined {
  const limit = number(text);
  if (limit !== undefined) return limit >= V1_UNLIMITED ? null : limit;
  return text === undefined ? undefined : null;
}

/** Version 1 limits memory and swap together, version 2 each of them. */
function limitWithSwap(machine: Machine, version: 1 | 2, directory: string): number | null | undefined {
  if (version === 1) return limitIn(machine.read(`${directory}/memory.memsw.limit_in_bytes`));
  const [memory, swap] = ['memory.max', 'memory.swap.max'].map((file) => limitIn(machine.read(`${directory}/${file}`)));
  if (memory === undefined || swap === undefined) return undefined;
  return memory === null || swap === null ? null : memory + swap;
}

function memoryAt(
  machine: Machine,
  version: 1 | 2,
  directory: string,
  [limitFile, usageFile, inactiveFile]: readonly [string, string, string],
): CgroupMemory {
  const usage = number(machine.read(`${directory}/${usageFile}`));
  const inactive = table(machine.read(`${directory}/memory.stat`)).get(inactiveFile);
  return {
    version,
    limitBytes: limitIn(machine.read(`${directory}/${limitFile}`)) ?? null,
    limitWithSwapBytes: limitWithSwap(machine, version, directory),
    usageBytes: usage ?? null,
    workingSetBytes: usage === undefined || inactive === undefined ? null : Math.max(0, usage - inactive),
  };
}

/** Limit and usage of the cgroup that the process is in. */
export function cgroupMemory(machine: Machine = thisMachine): Known<CgroupMemory> {
  if (machine.platform !== 'linux') return unknown(`${machine.platform} has no cgroups`);
  const v2 = v2Directory(machine, 'memory.max');
  if (v2) return { value: memoryAt(machine, 2, v2, ['memory.max', 'memory.current', 'inactive_file']) };
  const v1 = v1Directory(machine, 'memory', 'memory.limit_in_bytes');
  if (v1)
    return {
      value: memoryAt(machine, 1, v1, ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file']),
    };
  return unknown('neither version 1 nor version 2 of the memory controller is visible');
}

const quotaOf = (quota: number | undefined, period: number | undefined) =>
  quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : undefined;

export function cgroupCpu(machine: Machine = thisMachine): CgroupCpu {
  const v2 = v2Directory(machine, 'cpu.stat');
  if (v2) {
    const stat = table(machine.read(`${v2}/cpu.stat`));
    const [quota, period] = (machine.read(`${v2}/cpu.max`) ?? '').split(' ').map(number);
    const quotaCores = quotaOf(quota, period);
    return {
      usageSeconds: scaled(stat.get('usage_usec'), 1e6),
      ...(quotaCores !== undefined && {
        quotaCores,
        periods: stat.get('nr_periods'),
        throttledPeriods: stat.get('nr_throttled'),
        throttledSeconds: scaled(stat.get('throttled_usec'), 1e6),
      }),
    };
  }
  const account = v1Directory(machine, 'cpuacct', 'cpuacct.usage');
  const v1 = v1Directory(machine, 'cpu', 'cpu.cfs_quota_us');
  const stat = table(v1 && machine.read(`${v1}/cpu.stat`));
  const quotaCores = quotaOf(
    number(v1 && machine.read(`${v1}/cpu.cfs_quota_us`)),
    number(v1 && machine.read(`${v1}/cpu.cfs_period_us`)),
  );
  return {
    usageSeconds: scaled(number(account && machine.read(`${account}/cpuacct.usage`)), 1e9),
    ...(quotaCores !== undefined && {
      quotaCores,
      periods: stat.get('nr_periods'),
      throttledPeriods: stat.get('nr_throttled'),
      throttledSeconds: scaled(stat.get('throttled_time'), 1e9),
    }),
  };
}

export function cgroupTasks(machine: Machine = thisMachine): CgroupTasks {
  const directory = v2Directory(machine, 'pids.max') ?? v1Directory(machine, 'pids', 'pids.max');
  return {
    limit: limitIn(directory && machine.read(`${directory}/pids.max`)),
    current: number(directory && machine.read(`${directory}/pids.current`)),
  };
}

export function cgroupFaults(machine: Machine = thisMachine): CgroupFaults {
  const v2 = v2Directory(machine, 'memory.stat');
  const v1 = v1Directory(machine, 'memory', 'memory.stat');
  const stat = table(machine.read(`${v2 ?? v1}/memory.stat`));
  const total = (name: string) => stat.get(v2 ? name : `total_${name}`);
  return { pageFaults: total('pgfault'), majorPageFaults: total('pgmajfault') };
}

/** Empty where the kernel was built without pressure accounting, as in some virtual machines of Docker. */
export function stalls(machine: Machine = thisMachine): Stall[] {
  return (['cpu', 'memory', 'io'] as const).flatMap((resource) => {
    const v2 = v2Directory(machine, `${resource}.pressure`);
    const text = machine.read(v2 ? `${v2}/${resource}.pressure` : `/proc/pressure/${resource}`);
    const scope = v2 ? 'cgroup' : 'machine';
    return (['some', 'full'] as const).flatMap((share) => {
      const total = new RegExp(`^${share} .*\\btotal=(\\d+)`, 'm').exec(text ?? '')?.[1];
      return total === undefined ? [] : [{ resource, share, scope, seconds: Number(total) / 1e6 } as const];
    });
  });
}

/** CPUs that the scheduler offers, lowered by the cgroup's quota when there is one. */
export const cpusAvailable = (machine: Machine = thisMachine): number =>
  Math.min(os.availableParallelism(), cgroupCpu(machine).quotaCores ?? Number.POSITIVE_INFINITY);
