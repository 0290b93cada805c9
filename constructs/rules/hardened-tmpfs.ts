import type { Rule } from './rule';

const wanted = ['noexec', 'nosuid', 'nodev'];

/** The only places where a container can write and nothing is kept: nothing in them runs, and they have an end. */
export const hardenedTmpfs: Rule = {
  id: 'NAUT_RULE_HARDENED_TMPFS',
  about: 'runs nothing from its files in memory, which have a size',
  check: ({ tmpfsInput = {} }) => {
    for (const [path, text] of Object.entries(tmpfsInput)) {
      const options = text.split(',');
      const missing = wanted.filter((option) => !options.includes(option));
      if (!options.some((option) => /^size=[1-9]/.test(option))) missing.unshift('size');
      if (missing.length > 0) return `has a tmpfs on ${path} without ${missing.join(', ')}`;
    }
    return undefined;
  },
};
