import { MemorySize } from '../units';
import type { HostHardware } from './host';

/** Reads a file; undefined when it is not there or may not be read. */
export type ReadFile = (path: string) => string | undefined;

/** Model and number of processors. ARM kernels name an implementer instead of a model: 0x61 is Apple. */
function parseCpuinfo(text: string): { readonly chip?: string; readonly logicalCpus: number } {
  const field = (name: string) => new RegExp(`^${name}\\s*: *(.*)$`, 'm').exec(text)?.[1]?.trim();
  const logicalCpus = text.match(/^processor\s*:/gm)?.length ?? 0;
  const implementer = field('CPU implementer');
  const chip = field('model name') ?? field('Model') ?? (implementer === '0x61' ? 'Apple silicon' : undefined);
  return { chip, logicalCpus };
}

/** MemTotal of /proc/meminfo, which writes kB and means KiB. */
function parseMeminfo(text: string): MemorySize | undefined {
  const total = /^MemTotal:\s+(\d+) kB$/m.exec(text)?.[1];
  return total === undefined ? undefined : MemorySize.kibibytes(Number(total));
}

/** Paths of a process's control groups: of version 2 under '', of version 1 by controller. */
function parseCgroups(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((match) => (match ? match[1]!.split(',').map((controller) => [controller, match[2]!]) : [])),
  );
}

/** `cpu.max` of version 2 in CPUs; undefined for `max`. */
export function parseCpuMax(text: string): number | undefined {
  const match = /^(\d+) (\d+)/.exec(text);
  return match ? Number(match[1]) / Number(match[2]) : undefined;
}

/** A limit in bytes; undefined for `max` (version 2) and for version 1's "unlimited", a number near 2⁶³. */
export function parseMemoryLimit(text: string): MemorySize | undefined {
  const bytes = Number(text.trim());
  return Number.isSafeInteger(bytes) && bytes > 0 ? MemorySize.bytes(bytes) : undefined;
}

/**
 * The limits of the process's control groups and of all above them. A container sees its own group as the root, so the
 * root is looked at too.
 */
export function readCgroupLimits(read: ReadFile): HostHardware['limits'] {
  const groups = parseCgroups(read('/proc/self/cgroup') ?? '');
  const root = '/sys/fs/cgroup';
  const all = <T>(controller: string, path: string | undefined, parse: (folder: string) => T | undefined): T[] =>
    ancestors(path).flatMap((group) => parse(`${root}${controller}${group}`) ?? []);
  const text = (file: string) => read(file) ?? '';
  const cpus = [
    ...all('', groups[''], (folder) => parseCpuMax(text(`${folder}/cpu.max`))),
    ...all('/cpu', groups.cpu, (folder) => {
      const quota = Number(text(`${folder}/cpu.cfs_quota_us`) || -1);
      const period = Number(text(`${folder}/cpu.cfs_period_us`));
      return quota > 0 && period > 0 ? quota / period : undefined;
    }),
  ];
  const memory = [
    ...all('', groups[''], (folder) => parseMemoryLimit(text(`${folder}/memory.max`))),
    ...all('/memory', groups.memory, (folder) => parseMemoryLimit(text(`${folder}/memory.limit_in_bytes`))),
  ];
  return {
    ...(cpus.length > 0 && { cpus: Math.min(...cpus) }),
    ...(memory.length > 0 && { memory: memory.reduce((least, size) => least.atMost(size)) }),
  };
}

/** A group's path and those above it, the root as ''. */
function ancestors(path: string | undefined): string[] {
  if (path === undefined) return [];
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`).concat('');
}

/** Reads the machine from /proc and /sys; undefined when /proc is not there. */
export function readLinux(read: ReadFile, architecture: string): HostHardware | undefined {
  const memory = parseMeminfo(read('/proc/meminfo') ?? '');
  const { chip, logicalCpus } = parseCpuinfo(read('/proc/cpuinfo') ?? '');
  if (!memory || logicalCpus === 0) return undefined;
  return { os: 'linux', architecture, chip, logicalCpus, memory, limits: readCgroupLimits(read) };
}
