import type { Rule } from './rule';

const fields = ['test', 'interval', 'timeout', 'retries', 'startPeriod', 'startInterval'] as const;

export const health: Rule = {
  id: 'NAUT_RULE_HEALTH',
  about: 'has a health check with every field',
  check: ({ healthcheckInput: check }) => {
    if (!check) return 'has no health check; give it one';
    const missing = fields.filter((field) => check[field] === undefined);
    return missing.length > 0 ? `has a health check without ${missing.join(', ')}; set every field` : undefined;
  },
};
