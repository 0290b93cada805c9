import type { Rule } from './rule';

export const readOnlyRoot: Rule = {
  id: 'NAUT_RULE_READ_ONLY_ROOT',
  about: 'cannot write to its root file system',
  check: ({ readOnlyInput }) =>
    readOnlyInput === true ? undefined : 'can write to its root file system; set readOnly and name its tmpfs paths',
};
