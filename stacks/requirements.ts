import { engineNames, NautilusError, type Profile, type ServiceName } from '@nautilus/config';

/** What the stacks have containers for. The order path works only as a whole. */
const deployable: readonly ServiceName[] = ['postgres', 'redis', ...engineNames];

/** The profile deploys what the stacks can, all of it. Throws NAUT_SERVICE_MISSING or NAUT_SERVICE_NOT_AVAILABLE. */
export function requireDeployable(profile: Profile): void {
  const missing = deployable.filter((name) => !profile.services[name]);
  if (missing.length > 0)
    throw new NautilusError({
      code: 'NAUT_SERVICE_MISSING',
      message: `profile ${profile.name} deploys no ${missing.join(', ')}`,
      details: [`needed: ${deployable.join(', ')}`],
      fix: `add services.${missing[0]}.claim to ${profile.file}`,
    });
  const foreign = Object.keys(profile.services).filter((name) => !deployable.some((known) => known === name));
  if (foreign.length > 0)
    throw new NautilusError({
      code: 'NAUT_SERVICE_NOT_AVAILABLE',
      message: `profile ${profile.name} deploys ${foreign.join(', ')}, which has no container yet`,
      details: [`allowed: ${deployable.join(', ')}`],
      fix: `remove services.${foreign[0]} from ${profile.file}`,
    });
}
