import { MemorySize } from '@nautilus/config';
import { ringsOf } from '../engine/worst-case';
import type { Proof } from './finding';
import { partsOf } from './worst-case';

/** What a server may take at worst, its files in memory included, stays inside its container's limit. */
export const worstCasesFit: Proof = ({ claimants }) =>
  claimants.flatMap(({ name, service }) => {
    if (!service) return [];
    const { limit } = service.props.service.claim.memory;
    const parts = partsOf(service);
    const total = MemorySize.sum(parts.map(({ size }) => size));
    if (!total.exceeds(limit)) return [];
    return [
      {
        code: 'NAUT_WORST_CASE_EXCEEDED',
        message: `${name} may take ${total} of the ${limit} of its container: ${total.minus(limit)} too much`,
        details: [...parts].sort((a, b) => b.size.bytes - a.size.bytes).map((part) => `${part.size}  ${part.name}`),
        fix: `raise services.${name}.claim.memory.limit, or lower what it is tuned for (workload, trading, gateway, monitoring)`,
      },
    ];
  });

/** The rings of all engines fit into the volume that they live in. */
export const ringsFit: Proof = ({ profile }) => {
  const needed = MemorySize.sum(Object.values(ringsOf));
  const { sharedMemory } = profile.docker;
  return needed.exceeds(sharedMemory)
    ? [
        {
          code: 'NAUT_SHARED_MEMORY_SMALL',
          message: `the engines' rings need ${needed} of shared memory, and docker.sharedMemory is ${sharedMemory}`,
          fix: `raise docker.sharedMemory to ${needed} or more`,
        },
      ]
    : [];
};
