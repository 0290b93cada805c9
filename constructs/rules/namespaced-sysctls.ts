import type { Rule } from './rule';

/** Those that Docker sets inside the container's own namespaces; any other is the host's. */
const namespaced = /^(net\.|kernel\.(shm|msg|sem)|fs\.mqueue\.)/;

export const namespacedSysctls: Rule = {
  id: 'NAUT_RULE_NAMESPACED_SYSCTLS',
  about: 'changes no setting of the kernel but its own',
  check: ({ sysctlsInput = {} }) => {
    const foreign = Object.keys(sysctlsInput).find((name) => !namespaced.test(name));
    return foreign ? `sets sysctl ${foreign}, which is the host's; set it there` : undefined;
  },
};
