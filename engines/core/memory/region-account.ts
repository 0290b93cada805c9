import { MemoryError } from './errors';
import type { RegionName } from './regions';

/** Bytes of a region that are held outside of its pools: shared buffers. */
export class RegionAccount {
  used = 0;
  failures = 0;

  constructor(
    readonly name: RegionName,
    readonly capacity: number,
  ) {}

  /** @throws MemoryError NAUT_MEMORY_BUDGET */
  reserve(bytes: number): void {
    if (this.used + bytes > this.capacity) {
      this.failures++;
      throw new MemoryError({
        code: 'NAUT_MEMORY_BUDGET',
        message: `the region ${this.name} has ${this.capacity - this.used} of ${this.capacity} bytes left; ${bytes} were asked for`,
        fix: "release shared buffers, or raise the engine's memory claim in the profile",
      });
    }
    this.used += bytes;
  }

  release(bytes: number): void {
    this.used -= bytes;
  }
}
