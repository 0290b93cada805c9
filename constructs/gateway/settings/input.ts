import type { CpuCores, MemorySize } from '@nautilus/config';

/** What the gateway's settings are derived from. */
export interface NginxInput {
  /** The container's limit. */
  readonly limit: MemorySize;
  readonly cpus: CpuCores;
  /** Connections of clients at once. */
  readonly connections: number;
  /** Of one client. */
  readonly requestsPerSecond: number;
  readonly bodySize: MemorySize;
}
