import type { Rule } from './rule';

export const nonRoot: Rule = {
  id: 'NAUT_RULE_NON_ROOT',
  about: 'is not root',
  check: ({ userInput: user }) =>
    user === undefined || /^(root|0)(:|$)/.test(user)
      ? `runs as ${user ?? "the image's user, which may be root"}; name another user`
      : undefined,
};
