import { NautilusError, type Profile } from '@nautilus/config';
import type { DockerClient } from '../docker';
import { docker } from './checks/docker';
import { terraform } from './checks/terraform';
import type { Finding, Machine } from './finding';
import { thisMachine } from './machine';

/**
 * Everything that a deployment of the profile needs is here; returns the engine. Changes nothing.
 * @throws NautilusError NAUT_DOCKER_MISSING, NAUT_DOCKER_HOST, NAUT_DOCKER_UNREACHABLE, NAUT_DOCKER_TOO_OLD,
 *   NAUT_DOCKER_TOO_SMALL, NAUT_SUBNET_TAKEN, NAUT_TERRAFORM_MISSING or NAUT_TERRAFORM_TOO_OLD; when several are true, the
 *   first of them with the others in its details
 */
export async function requireForDeploy(profile: Profile, machine?: Machine): Promise<DockerClient> {
  const here = machine ?? (await thisMachine(profile));
  const findings = (await Promise.all([docker(here), terraform(here)])).flat();
  const [first, ...others] = findings.filter(({ state }) => state !== 'ok');
  if (first) throw toError(first, others);
  return here.docker()!;
}

function toError(first: Finding, others: readonly Finding[]): NautilusError {
  return new NautilusError({
    code: first.code ?? 'NAUT_NOT_READY',
    message: sentence(first),
    details: [
      `needed for: ${first.neededFor}`,
      ...others.flatMap((other) => [`also ${other.code}: ${sentence(other)}`, `  fix: ${other.fix}`]),
      'the platform runs without Docker, too: nautilus local up',
    ],
    fix: first.fix,
  });
}

const sentence = ({ name, state, found }: Finding) => `${name} (${state}): ${found}`;
