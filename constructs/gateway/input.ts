import { deployedService, type Profile } from '@nautilus/config';
import type { NginxInput } from './settings';

/** What the settings need of a profile. */
export function gatewayInput(profile: Profile): NginxInput {
  const { claim } = deployedService(profile, 'nginx');
  const { connections, requestsPerSecond, bodySize } = profile.gateway;
  return { limit: claim.memory.limit, cpus: claim.cpus, connections, requestsPerSecond, bodySize };
}
