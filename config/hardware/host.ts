import type { MemorySize } from '../units';
import { type HardwareVariant, m4MaxVariants } from './m4-max';

/** The machine that this process runs on. What could not be found out is absent, never guessed. */
export interface HostHardware {
  readonly os: 'macos' | 'linux' | 'other';
  /** As Node names it: arm64, x64 … */
  readonly architecture: string;
  /** "Apple M4 Max", "Intel(R) Xeon(R) Processor" … */
  readonly chip?: string;
  readonly logicalCpus: number;
  readonly performanceCores?: number;
  readonly efficiencyCores?: number;
  readonly gpuCores?: number;
  /** Memory of the machine. */
  readonly memory: MemorySize;
  /** What the control group of this process may use of it, where it has a limit. */
  readonly limits: { readonly memory?: MemorySize; readonly cpus?: number };
  /** Set when the machine is an M4 Max of a configuration that was sold. */
  readonly m4Max?: HardwareVariant;
}

/** The M4 Max that these figures describe; undefined for any other machine, and for a container, which can't tell. */
export function recognizeM4Max(
  host: Pick<HostHardware, 'chip' | 'performanceCores' | 'memory'>,
): HardwareVariant | undefined {
  if (host.chip !== 'Apple M4 Max') return undefined;
  return m4MaxVariants.find(
    ({ memory, performanceCores }) => memory.equals(host.memory) && performanceCores === host.performanceCores,
  );
}

/** Memory that this process can count on. */
export const usableMemory = ({ memory, limits }: HostHardware): MemorySize =>
  limits.memory ? memory.atMost(limits.memory) : memory;
