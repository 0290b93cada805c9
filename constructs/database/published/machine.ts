import type { MemorySize } from '@nautilus/config';

/** What the published tools ask for: in a container its limit and its quota, not the machine's. */
export interface Machine {
  readonly memory: MemorySize;
  /** Whole CPUs. */
  readonly cpus: number;
  readonly connections: number;
}
