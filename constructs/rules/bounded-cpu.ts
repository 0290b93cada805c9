import type { Rule } from './rule';

export const boundedCpu: Rule = {
  id: 'NAUT_RULE_BOUNDED_CPU',
  about: 'has a CPU quota',
  check: ({ cpusInput: cpus }) =>
    cpus !== undefined && /^\d+\.\d+$/.test(cpus)
      ? undefined
      : `has cpus ${cpus ?? 'without a quota'}; write a decimal with a fraction such as "2.0"`,
};
