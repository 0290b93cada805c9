import type { Rule } from './rule';

export const noPrivileges: Rule = {
  id: 'NAUT_RULE_NO_PRIVILEGES',
  about: 'gains no privileges',
  check: ({ privilegedInput, securityOptsInput }) => {
    if (privilegedInput) return 'is privileged; on this platform nothing is';
    return securityOptsInput?.includes('no-new-privileges:true')
      ? undefined
      : 'may gain privileges through setuid programs; set no-new-privileges:true';
  },
};
