import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** A fact, or null and why it is not known. */
export type Known<T> = { readonly value: T } | { readonly value: null; readonly reason: string };

/** The machine as this module sees it; tests bring recorded ones. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly cpuModel: string | undefined;
  /** The file's text, or undefined when there is none. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
}

const thisMachine: Machine = {
  platform: process.platform,
  cpuModel: os.cpus()[0]?.model,
  read(file) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  },
  exists: existsSync,
};

const unknown = (reason: string): Known<never> => ({ value: null, reason });

/** True only where the processor's name is visible: on macOS itself. */
export function m4MaxDetected(machine: Machine = thisMachine): Known<boolean> {
  if (machine.platform === 'darwin') {
    if (!machine.cpuModel) return unknown('the system does not tell the processor');
    return { value: /\bM4 Max\b/.test(machine.cpuModel) };
  }
  if (machine.exists('/.dockerenv')) {
    return unknown('a container sees the virtual machine that it runs in, not the Mac under it');
  }
  return unknown(`only a macOS host tells its processor, this is ${machine.platform}`);
}

export interface CgroupMemory {
  readonly version: 1 | 2;
  /** Null: not limited. */
  readonly limitBytes: number | null;
  readonly usageBytes: number | null;
}

/** Version 1 writes "no limit" as the largest number of whole pages. */
const V1_UNLIMITED = 2 ** 62;

function v2Memory(machine: Machine, directory: string): CgroupMemory | undefined {
  const limit = machine.read(`${directory}/memory.max`)?.trim();
  if (limit === undefined) return undefined;
  const usage = machine.read(`${directory}/memory.current`)?.trim();
  return {
    version: 2,
    limitBytes: limit === 'max' ? null : Number(limit),
    usageBytes: usage === undefined ? null : Number(usage),
  };
}

function v1Memory(machine: Machine, directory: string): CgroupMemory | undefined {
  const limit = machine.read(`${directory}/memory.limit_in_bytes`)?.trim();
  if (limit === undefined) return undefined;
  const usage = machine.read(`${directory}/memory.usage_in_bytes`)?.trim();
  return {
    version: 1,
    limitBytes: Number(limit) >= V1_UNLIMITED ? null : Number(limit),
    usageBytes: usage === undefined ? null : Number(usage),
  };
}

/** Where a process's cgroup may be: by its path on a host, at the root inside a container. */
function candidates(mount: string, path: string | undefined): string[] {
  return path === undefined || path === '/' ? [mount] : [mount + path, mount];
}

/** Limit and usage of the cgroup that the process is in. */
export function cgroupMemory(machine: Machine = thisMachine): Known<CgroupMemory> {
  if (machine.platform !== 'linux') return unknown(`${machine.platform} has no cgroups`);
  const groups = (machine.read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const v2Path = groups.find(([id]) => id === '0')?.[2];
  const v1Path = groups.find(([, controllers]) => controllers?.split(',').includes('memory'))?.[2];
  for (const directory of candidates('/sys/fs/cgroup', v2Path)) {
    const memory = v2Memory(machine, directory);
    if (memory) return { value: memory };
  }
  for (const directory of candidates('/sys/fs/cgroup/memory', v1Path)) {
    const memory = v1Memory(machine, directory);
    if (memory) return { value: memory };
  }
  return unknown('neither version 1 nor version 2 of the memory controller is visible');
}

/** CPUs that the scheduler offers, lowered by the cgroup's quota when there is one. */
export function cpusAvailable(machine: Machine = thisMachine): number {
  const offered = os.availableParallelism();
  const [quota, period] = (machine.read('/sys/fs/cgroup/cpu.max') ?? 'max').trim().split(' ').map(Number);
  if (quota !== undefined && period !== undefined && quota > 0) return Math.min(offered, quota / period);
  const v1Quota = Number(machine.read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') ?? -1);
  const v1Period = Number(machine.read('/sys/fs/cgroup/cpu/cpu.cfs_period_us') ?? 0);
  return v1Quota > 0 && v1Period > 0 ? Math.min(offered, v1Quota / v1Period) : offered;
}
