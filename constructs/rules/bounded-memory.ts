import type { Rule } from './rule';

export const boundedMemory: Rule = {
  id: 'NAUT_RULE_BOUNDED_MEMORY',
  about: 'has a memory limit and never swaps',
  check: ({ memoryInput: memory, memorySwapInput: swap }) =>
    memory !== undefined && memory > 0 && memory === swap
      ? undefined
      : `has memory ${memory ?? 'without a limit'} and memory_swap ${swap ?? 'without a limit'}; both must be the same number of MiB, so that it never swaps`,
};
