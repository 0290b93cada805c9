import { MemorySize } from '../units';

/** A configuration of the Apple M4 Max as it is sold. */
export interface HardwareVariant {
  readonly performanceCores: number;
  readonly efficiencyCores: number;
  readonly gpuCores: number;
  readonly neuralEngineCores: number;
  readonly memory: MemorySize;
  /** Peak memory bandwidth in GB/s (10⁹ bytes). */
  readonly memoryBandwidth: number;
  /** Memory that Docker Desktop gives its VM unless told otherwise: half of the machine's. */
  readonly dockerDefault: MemorySize;
}

const variant = (
  performanceCores: number,
  gpuCores: number,
  memoryBandwidth: number,
  gibibytes: number,
): HardwareVariant =>
  Object.freeze({
    performanceCores,
    efficiencyCores: 4,
    gpuCores,
    neuralEngineCores: 16,
    memory: MemorySize.gibibytes(gibibytes),
    memoryBandwidth,
    dockerDefault: MemorySize.gibibytes(gibibytes / 2),
  });

/** All there are. One with 36 GB and 546 GB/s, which the requirements name, was never sold. */
export const m4MaxVariants: readonly HardwareVariant[] = Object.freeze([
  variant(10, 32, 410, 36),
  variant(12, 40, 546, 48),
  variant(12, 40, 546, 64),
  variant(12, 40, 546, 128),
]);

export const m4MaxVariant = (memory: MemorySize): HardwareVariant | undefined =>
  m4MaxVariants.find((candidate) => candidate.memory.equals(memory));
