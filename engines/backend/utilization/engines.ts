import { type Fact, fact } from '@nautilus/core/kernel';
import type { EngineStatus } from '../engine-status';

/** What a service used of its CPUs in a window of time. */
export interface CpuUse {
  /** Cores that it kept busy on average. */
  readonly cores: Fact<number>;
  readonly quotaCores: Fact<number>;
  /** Of the window, in which it was stopped since its quota was used up. */
  readonly throttledSeconds: Fact<number>;
  readonly windowSeconds: number | null;
}

const RESTARTED = 'it started again while it was looked at';

/** Why the two do not make a window, or undefined. */
function unusable(first: EngineStatus | undefined, second: EngineStatus): string | undefined {
  if (!second.status) return second.reason;
  if (!first?.status) return first ? first.reason : RESTARTED;
  return second.status.uptimeSeconds > first.status.uptimeSeconds ? undefined : RESTARTED;
}

/** CPU time between two looks at an engine: of its container; where it shares a cgroup with others, of its process. */
export function engineUse(first: EngineStatus | undefined, second: EngineStatus): CpuUse {
  const reason = unusable(first, second);
  if (reason !== undefined || !first?.status || !second.status) {
    const nothing = fact<number>('cgroup', null, reason ?? RESTARTED);
    return { cores: nothing, quotaCores: nothing, throttledSeconds: nothing, windowSeconds: null };
  }
  const [before, after] = [first.status, second.status];
  const windowSeconds = after.uptimeSeconds - before.uptimeSeconds;
  const passed = (key: keyof typeof after.usage) => {
    const [from, to] = [before.usage[key].value, after.usage[key].value];
    return from === null || to === null ? null : to - from;
  };
  const rate = (key: keyof typeof after.usage) => {
    const seconds = passed(key);
    return seconds === null ? null : seconds / windowSeconds;
  };
  const { limits, usage } = after;
  const told = ({ value, origin, reason = '' }: typeof limits.cpuCores) => fact(origin, value, reason);
  if (after.cgroup.of === 'session') {
    const own = 'it shares its cgroup with other processes';
    return {
      cores: fact('measured', rate('processCpuSeconds'), own),
      quotaCores: told(limits.cpuCores),
      throttledSeconds: fact<number>('cgroup', null, own),
      windowSeconds,
    };
  }
  return {
    cores: fact('cgroup', rate('cpuSeconds'), usage.cpuSeconds.reason ?? ''),
    quotaCores: told(limits.cpuCores),
    throttledSeconds: fact('cgroup', passed('throttledSeconds'), usage.throttledSeconds.reason ?? ''),
    windowSeconds,
  };
}
