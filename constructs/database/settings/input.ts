import type { CpuCores, MemorySize, WorkloadKind } from '@nautilus/config';

/** What PostgreSQL's settings are derived from. */
export interface PostgresInput {
  /** The container's limit, which is all the RAM there is for it. */
  readonly limit: MemorySize;
  readonly cpus: CpuCores;
  /** Sessions of clients at once. */
  readonly connections: number;
  readonly kind: WorkloadKind;
}
