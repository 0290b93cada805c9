import {
  type Budget,
  budgetOf,
  CpuCores,
  MemorySize,
  memoryProblem,
  overcommitProblem,
  quotaProblem,
} from '@nautilus/config';
import type { Proof, Tree } from './finding';

/** The budget of what is really synthesized: the limits and quotas that Docker will be told. */
function treeBudget({ profile, claimants }: Tree): Budget {
  return budgetOf(
    profile.docker,
    claimants.map(({ name, container }) => ({
      service: name,
      limit: MemorySize.mebibytes(container.memoryInput ?? 0),
      cpus: CpuCores.of(Number(container.cpusInput)),
    })),
  );
}

/** All limits together fit into Docker's memory less the reserve. */
export const memoryFits: Proof = (tree) => {
  const problem = memoryProblem(tree.profile.name, treeBudget(tree), tree.profile.file);
  return problem ? [problem] : [];
};

/** No quota is above the engine's CPUs, and all together are promised no more often than the profile says. */
export const quotasFit: Proof = (tree) => {
  const budget = treeBudget(tree);
  const single = budget.claims.map((claim) => quotaProblem(budget, claim));
  return [...single, overcommitProblem(tree.profile.name, budget)].filter((problem) => problem !== undefined);
};
