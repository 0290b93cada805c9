import type { Rule } from './rule';

/** Who crashes comes back by itself; who is stopped stays stopped. What runs once and ends is attached. */
export const restart: Rule = {
  id: 'NAUT_RULE_RESTART',
  about: 'comes back when it crashes',
  check: ({ restartInput, mustRunInput, attachInput }) => {
    const once = attachInput === true && mustRunInput === false;
    const wanted = once ? 'no' : 'unless-stopped';
    return restartInput === wanted ? undefined : `has restart ${restartInput ?? 'left out'}; write "${wanted}"`;
  },
};
