import { MemorySize } from '../../units';
import { budgetOf, poolOf } from '../budget';
import { formatPosition } from '../problem';
import type { Check } from './check';

/** The sum of all memory limits fits into Docker's memory less the reserve. */
export const memoryFits: Check = ({ name, source: { docker, services }, position }) => {
  if (!docker || !services) return [];
  const budget = budgetOf(
    { memory: docker.memory, pool: poolOf(docker.memory, docker.reservePercent) },
    Object.fromEntries(Object.entries(services).map(([service, { claim }]) => [service, claim.memory.limit])),
  );
  if (budget.shortfall.bytes === 0) return [];
  const largest = budget.claims.slice(0, 3);
  const listed = largest.map(({ service, limit }) => `${service} ${limit}`);
  const first = position(['services', largest[0]!.service, 'claim', 'memory', 'limit']);
  const needed = MemorySize.gibibytes(Math.ceil(budget.claimed.gibibytes / (1 - docker.reservePercent / 100)));
  return [
    {
      code: 'NAUT_BUDGET_EXCEEDED',
      message: `profile ${name} asks for ${budget.claimed} of the ${budget.pool} that Docker has for it: ${budget.shortfall} too much`,
      details: [
        `${listed.length > 1 ? `${listed.slice(0, -1).join(', ')} and ${listed.at(-1)} are the largest claims` : `${listed[0]} is the only claim`}`,
        `Docker's memory is ${docker.memory}, of which ${docker.reservePercent} % stay free for its VM`,
      ],
      value: budget.claimed.toString(),
      allowed: `at most ${budget.pool}`,
      fix: `raise Docker's memory to ${needed} (Settings > Resources) and docker.memory with it, or lower a claim${first ? ` in ${formatPosition(first)}` : ''}`,
      position: first,
    },
  ];
};

/** No container's quota is above what the engine has: Docker refuses to create it. */
export const quotasFit: Check = ({ source: { docker, services }, position }) =>
  Object.entries(services ?? {})
    .filter(([, { claim }]) => docker && claim.cpus.cores > docker.cpus)
    .map(([service, { claim }]) => ({
      code: 'NAUT_CPU_EXCEEDED',
      message: `services.${service}.claim.cpus is above the ${docker!.cpus} CPUs of Docker's VM`,
      value: claim.cpus.toString(),
      allowed: `at most ${docker!.cpus}`,
      fix: `lower it, or give Docker more CPUs (Settings > Resources) and raise docker.cpus`,
      position: position(['services', service, 'claim', 'cpus']),
    }));

/** The quotas together promise the CPUs no more often than the profile says. */
export const quotasAreShared: Check = ({ name, source: { docker, services }, position }) => {
  if (!docker || !services) return [];
  const promised = Object.values(services).reduce((sum, { claim }) => sum + claim.cpus.cores, 0);
  const allowed = docker.cpus * docker.cpuOvercommit;
  if (promised <= allowed + 1e-9) return [];
  const [largest] = Object.entries(services).sort(([, a], [, b]) => b.claim.cpus.cores - a.claim.cpus.cores);
  return [
    {
      code: 'NAUT_CPU_OVERCOMMITTED',
      message: `profile ${name} promises ${promised} CPUs of ${docker.cpus}: each ${(promised / docker.cpus).toFixed(1)} times`,
      value: String(promised),
      allowed: `at most ${allowed}: ${docker.cpus} CPUs, each ${docker.cpuOvercommit} times (docker.cpuOvercommit)`,
      fix: `lower a claim (${largest![0]} has the largest: ${largest![1].claim.cpus}), or raise docker.cpuOvercommit: quotas are ceilings, shares decide when all want at once`,
      position: position(['docker', 'cpuOvercommit'], ['docker', 'cpus']),
    },
  ];
};

/** min ≤ limit ≤ max, and all three equal where the policy guarantees the memory. */
export const bandsAreOrdered: Check = ({ source: { services }, position }) =>
  Object.entries(services ?? {}).flatMap(([service, { claim }]) => {
    const { min, limit, max } = claim.memory;
    const problem = (key: 'min' | 'max', size: MemorySize, allowed: string) => ({
      code: 'NAUT_CLAIM_BAND' as const,
      message: `services.${service}.claim.memory.${key} does not go with a limit of ${limit}${claim.policy === 'guaranteed' ? ' that is guaranteed' : ''}`,
      value: size.toString(),
      allowed,
      fix: `change ${key} or limit, or leave ${key} out: it is the limit then`,
      position: position(
        ['services', service, 'claim', 'memory', key],
        ['services', service, 'claim', 'memory', 'limit'],
      ),
    });
    const guaranteed = claim.policy === 'guaranteed';
    return [
      ...(min && (min.exceeds(limit) || (guaranteed && !min.equals(limit)))
        ? [problem('min', min, guaranteed ? `${limit}` : `at most ${limit}`)]
        : []),
      ...(max && (limit.exceeds(max) || (guaranteed && !max.equals(limit)))
        ? [problem('max', max, guaranteed ? `${limit}` : `at least ${limit}`)]
        : []),
    ];
  });
