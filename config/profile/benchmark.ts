import { MemorySize } from '../units';
import { deployedService, type Profile } from './profile';

/**
 * How much the backend's benchmark copies at a time. It holds that twice, beside all else that must fit into its container: a
 * small one copies what the processor's caches hold, too.
 */
export const benchmarkCopy = (profile: Profile): MemorySize =>
  deployedService(profile, 'backend')
    .claim.memory.limit.times(1 / 32)
    .atLeast(MemorySize.mebibytes(1))
    .atMost(MemorySize.mebibytes(128))
    .floorTo(MemorySize.mebibytes(1));
