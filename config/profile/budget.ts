import { services } from '../catalog';
import { CpuCores, MemorySize } from '../units';
import { deployedServices, type Profile } from './profile';

/** What one container may use. */
export interface ContainerClaim {
  /** Name in the catalogue, or `secrets`. */
  readonly service: string;
  readonly limit: MemorySize;
  readonly cpus: CpuCores;
}

/** Docker's memory and CPUs, and who claims how much of them. */
export interface Budget {
  readonly memory: MemorySize;
  readonly reserve: MemorySize;
  readonly pool: MemorySize;
  /** Sum of all limits. */
  readonly claimed: MemorySize;
  readonly free: MemorySize;
  /** How much is missing when the claims do not fit; zero when they do. */
  readonly shortfall: MemorySize;
  readonly cpus: {
    /** Of Docker's VM. */
    readonly count: number;
    /** How often each may be promised. */
    readonly overcommit: number;
    /** Sum of all quotas. */
    readonly promised: number;
    /** Most that may be promised. */
    readonly allowed: number;
  };
  /** Largest memory first; equal ones in the catalogue's order. */
  readonly claims: readonly ContainerClaim[];
}

/** What a Docker engine has, and how much of it the platform may promise. */
export interface Capacity {
  readonly memory: MemorySize;
  readonly pool: MemorySize;
  readonly cpus: number;
  readonly cpuOvercommit: number;
}

/** The container that creates missing secrets and ends: it runs at each deployment beside what runs already. */
export const secretsClaim: ContainerClaim = Object.freeze({
  service: 'secrets',
  limit: MemorySize.mebibytes(64),
  cpus: CpuCores.of(0.5),
});

/** What Docker's memory leaves for the platform when `reservePercent` of it stay free, in whole MiB. */
export const poolOf = (memory: MemorySize, reservePercent: number): MemorySize =>
  memory.times(1 - reservePercent / 100).floorTo(MemorySize.mebibytes(1));

const catalogOrder = new Map<string, number>(services.map(({ name }, index) => [name, index]));
const place = (service: string) => catalogOrder.get(service) ?? services.length;

/** Adds up what is claimed of a capacity. Pure: the check of a profile and the one of what is synthesized are this one. */
export function budgetOf({ memory, pool, cpus, cpuOvercommit }: Capacity, claims: readonly ContainerClaim[]): Budget {
  const claimed = MemorySize.sum(claims.map(({ limit }) => limit));
  return {
    memory,
    reserve: memory.minus(pool),
    pool,
    claimed,
    free: pool.minus(claimed),
    shortfall: claimed.minus(pool),
    cpus: {
      count: cpus,
      overcommit: cpuOvercommit,
      promised: round(claims.reduce((sum, claim) => sum + claim.cpus.cores, 0)),
      allowed: round(cpus * cpuOvercommit),
    },
    claims: [...claims].sort((a, b) => b.limit.bytes - a.limit.bytes || place(a.service) - place(b.service)),
  };
}

/** Quotas have two decimals; their sums have them, too. */
const round = (cores: number) => Math.round(cores * 100) / 100;

/** The claims of a profile's services, and of what runs beside them. */
export const claimsOf = (
  claimed: Readonly<Record<string, { readonly memory: { readonly limit: MemorySize }; readonly cpus: CpuCores }>>,
): readonly ContainerClaim[] => [
  ...Object.entries(claimed).map(([service, { memory, cpus }]) => ({ service, limit: memory.limit, cpus })),
  secretsClaim,
];

/** The budget of a resolved profile. */
export function profileBudget(profile: Profile): Budget {
  return budgetOf(
    profile.docker,
    claimsOf(Object.fromEntries(deployedServices(profile).map(({ name, claim }) => [name, claim]))),
  );
}

/** What is wrong with a budget, without the place where it is written. */
export interface BudgetProblem {
  readonly code: `NAUT_${string}`;
  readonly message: string;
  readonly details?: readonly string[];
  readonly value: string;
  readonly allowed: string;
  readonly fix: string;
}

/** The sum of all memory limits fits into Docker's memory less the reserve. `where` is the place of the largest claim. */
export function memoryProblem(name: string, budget: Budget, where?: string): BudgetProblem | undefined {
  const { memory, pool, claimed, shortfall } = budget;
  if (shortfall.bytes === 0) return undefined;
  const listed = budget.claims.slice(0, 3).map(({ service, limit }) => `${service} ${limit}`);
  const percent = Math.round((budget.reserve.bytes / memory.bytes) * 100);
  const share = pool.bytes > 0 ? pool.bytes / memory.bytes : 1;
  const needed = MemorySize.gibibytes(Math.ceil(claimed.gibibytes / share));
  return {
    code: 'NAUT_BUDGET_EXCEEDED',
    message: `profile ${name} asks for ${claimed} of the ${pool} that Docker has for it: ${shortfall} too much`,
    details: [
      listed.length > 1
        ? `${listed.slice(0, -1).join(', ')} and ${listed.at(-1)} are the largest claims`
        : `${listed[0]} is the only claim`,
      `Docker's memory is ${memory}, of which ${percent} % stay free for its VM`,
    ],
    value: claimed.toString(),
    allowed: `at most ${pool}`,
    fix: `raise Docker's memory to ${needed} (Settings > Resources) and docker.memory with it, or lower a claim${where ? ` in ${where}` : ''}`,
  };
}

/** No container's quota is above what the engine has: Docker refuses to create it. */
export const quotaProblem = ({ cpus }: Budget, claim: ContainerClaim): BudgetProblem | undefined =>
  claim.cpus.cores <= cpus.count
    ? undefined
    : {
        code: 'NAUT_CPU_EXCEEDED',
        message: `services.${claim.service}.claim.cpus is above the ${cpus.count} CPUs of Docker's VM`,
        value: claim.cpus.toString(),
        allowed: `at most ${cpus.count}`,
        fix: 'lower it, or give Docker more CPUs (Settings > Resources) and raise docker.cpus',
      };

/** The quotas together promise the CPUs no more often than the profile says. */
export function overcommitProblem(name: string, { cpus, claims }: Budget): BudgetProblem | undefined {
  if (cpus.promised <= cpus.allowed) return undefined;
  const [largest] = [...claims].sort((a, b) => b.cpus.cores - a.cpus.cores);
  return {
    code: 'NAUT_CPU_OVERCOMMITTED',
    message: `profile ${name} promises ${cpus.promised} CPUs of ${cpus.count}: each ${(cpus.promised / cpus.count).toFixed(1)} times`,
    value: String(cpus.promised),
    allowed: `at most ${cpus.allowed}: ${cpus.count} CPUs, each ${cpus.overcommit} times (docker.cpuOvercommit)`,
    fix: `lower a claim (${largest!.service} has the largest: ${largest!.cpus}), or raise docker.cpuOvercommit: quotas are ceilings, shares decide when all want at once`,
  };
}
