import type { MemorySize } from '@nautilus/config';

/** What the cache's settings are derived from. */
export interface RedisInput {
  /** The container's limit. */
  readonly limit: MemorySize;
  /** Connections of clients at once. */
  readonly clients: number;
}
