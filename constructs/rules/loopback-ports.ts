import type { ContainerPorts } from '@cdktf/provider-docker/lib/container';
import { blocks, type Rule } from './rule';

/** Published ports bind to one address, which is the profile's: by default 127.0.0.1. */
export const loopbackPorts = (address: string): Rule => ({
  id: 'NAUT_RULE_LOOPBACK_PORTS',
  about: 'publishes ports on one address only',
  check: ({ portsInput, publishAllPortsInput }) => {
    if (publishAllPortsInput) return 'publishes all ports on every address; publish each with its address';
    const foreign = blocks<ContainerPorts>(portsInput).find(({ ip }) => ip !== '127.0.0.1' && ip !== address);
    return foreign
      ? `publishes port ${foreign.external ?? foreign.internal} on ${foreign.ip ?? 'every address'}; allowed: 127.0.0.1, or exposure.address of the profile`
      : undefined;
  },
});
