import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { PrometheusInput } from './input';

export const memoryLimit = selector('GOMEMLIMIT', ({ limit }: PrometheusInput) => ({
  value: limit.times(0.9).floorTo(MemorySize.mebibytes(1)),
  reason: 'the collector runs more often before the limit, not after the kernel has killed the process',
  source: 'Go documentation, a guide to the garbage collector',
}));

export const threads = selector('GOMAXPROCS', ({ cpus }: PrometheusInput) => ({
  value: Math.max(1, Math.ceil(cpus.cores)),
  reason:
    'Go counts the CPUs of the machine, not the quota: more threads than that only use it up sooner and then all wait',
  source: 'Go documentation, package runtime',
}));
