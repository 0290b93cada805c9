import type { Rule } from './rule';

export const boundedLogs: Rule = {
  id: 'NAUT_RULE_BOUNDED_LOGS',
  about: 'keeps bounded logs',
  check: ({ logDriverInput, logOptsInput }) =>
    logDriverInput && logOptsInput?.['max-size'] && logOptsInput['max-file']
      ? undefined
      : 'can fill the disk with logs; set logDriver, max-size and max-file',
};
