import { services } from '../catalog';
import { MemorySize } from '../units';
import type { Profile } from './profile';
import { deployedServices } from './profile';

/** Docker's memory, and who claims how much of it. */
export interface Budget {
  readonly memory: MemorySize;
  readonly reserve: MemorySize;
  readonly pool: MemorySize;
  /** Sum of all limits. */
  readonly claimed: MemorySize;
  readonly free: MemorySize;
  /** How much is missing when the claims do not fit; zero when they do. */
  readonly shortfall: MemorySize;
  /** Largest first; equal ones in the catalogue's order. */
  readonly claims: readonly { readonly service: string; readonly limit: MemorySize }[];
}

/** What Docker's memory leaves for the platform when `reservePercent` of it stay free, in whole MiB. */
export const poolOf = (memory: MemorySize, reservePercent: number): MemorySize =>
  memory.times(1 - reservePercent / 100).floorTo(MemorySize.mebibytes(1));

export function budgetOf(
  { memory, pool }: { memory: MemorySize; pool: MemorySize },
  limits: Readonly<Record<string, MemorySize>>,
): Budget {
  const order = services.map(({ name }) => name as string);
  const claims = Object.entries(limits)
    .map(([service, limit]) => ({ service, limit }))
    .sort((a, b) => b.limit.bytes - a.limit.bytes || order.indexOf(a.service) - order.indexOf(b.service));
  const claimed = MemorySize.sum(claims.map(({ limit }) => limit));
  return {
    memory,
    reserve: memory.minus(pool),
    pool,
    claimed,
    free: pool.minus(claimed),
    shortfall: claimed.minus(pool),
    claims,
  };
}

/** The budget of a resolved profile. */
export function profileBudget(profile: Profile): Budget {
  return budgetOf(
    profile.docker,
    Object.fromEntries(deployedServices(profile).map(({ name, claim }) => [name, claim.memory.limit])),
  );
}
