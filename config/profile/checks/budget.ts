import type { MemorySize } from '../../units';
import { type Budget, budgetOf, claimsOf, memoryProblem, overcommitProblem, poolOf, quotaProblem } from '../budget';
import { formatPosition } from '../problem';
import type { Check, CheckInput } from './check';

function budget({ docker, services }: CheckInput['source']): Budget | undefined {
  if (!docker || !services) return undefined;
  const claims = Object.fromEntries(Object.entries(services).map(([service, { claim }]) => [service, claim]));
  return budgetOf({ ...docker, pool: poolOf(docker.memory, docker.reservePercent) }, claimsOf(claims));
}

/** The sum of all memory limits fits into Docker's memory less the reserve. */
export const memoryFits: Check = ({ name, source, position }) => {
  const whole = budget(source);
  if (!whole) return [];
  const place = position(['services', whole.claims[0]!.service, 'claim', 'memory', 'limit'], ['docker', 'memory']);
  const problem = memoryProblem(name, whole, place && formatPosition(place));
  return problem ? [{ ...problem, position: place }] : [];
};

/** No container's quota is above what the engine has: Docker refuses to create it. */
export const quotasFit: Check = ({ source, position }) => {
  const whole = budget(source);
  return (whole?.claims ?? []).flatMap((claim) => {
    const problem = quotaProblem(whole!, claim);
    return problem ? [{ ...problem, position: position(['services', claim.service, 'claim', 'cpus']) }] : [];
  });
};

/** The quotas together promise the CPUs no more often than the profile says. */
export const quotasAreShared: Check = ({ name, source, position }) => {
  const whole = budget(source);
  const problem = whole && overcommitProblem(name, whole);
  return problem ? [{ ...problem, position: position(['docker', 'cpuOvercommit'], ['docker', 'cpus']) }] : [];
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
