import type { Rule } from './rule';

export const noCapabilities: Rule = {
  id: 'NAUT_RULE_NO_CAPABILITIES',
  about: 'has no capability',
  check: ({ capabilitiesInput: capabilities }) => {
    if (capabilities?.drop?.join() !== 'ALL') return 'keeps capabilities that it does not need; drop exactly ["ALL"]';
    return capabilities.add?.length
      ? `adds ${capabilities.add.join(', ')}; suppress this rule with the reason, or do without`
      : undefined;
  },
};
