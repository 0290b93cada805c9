import type { Rule } from './rule';

/** What the host, or another container, would share: its network, processes, shared memory, user ids. */
export const ownNamespaces: Rule = {
  id: 'NAUT_RULE_OWN_NAMESPACES',
  about: 'shares no namespace with the host or another container',
  check: ({ networkModeInput, pidModeInput, ipcModeInput, usernsModeInput }) => {
    const foreign = Object.entries({
      network_mode: networkModeInput === 'bridge' || networkModeInput === 'none' ? undefined : networkModeInput,
      pid_mode: pidModeInput,
      ipc_mode: ipcModeInput === 'private' || ipcModeInput === 'none' ? undefined : ipcModeInput,
      userns_mode: usernsModeInput,
    }).find(([, mode]) => mode);
    return foreign ? `has ${foreign[0]} ${foreign[1]}; leave it out: a container has its own` : undefined;
  },
};
