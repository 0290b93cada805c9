import { NautilusError } from '@nautilus/config';
import { DockerClient } from './client';
import type { WantedEngine } from './endpoint';
import { DockerReader } from './reader';

/**
 * The engine that a profile asks for, else that of this machine, seen to answer.
 * @param wanted `profile.docker`
 * @throws NautilusError NAUT_DOCKER_MISSING (no address of one), NAUT_DOCKER_HOST, NAUT_DOCKER_CERTIFICATES,
 *   NAUT_DOCKER_UNREACHABLE (it does not answer)
 */
export const requireEngine = async (
  wanted: WantedEngine = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<DockerClient> => answering(DockerClient.detect(env, wanted));

/** The same for who must change nothing. @throws NautilusError as {@link requireEngine} */
export const requireReader = async (
  wanted: WantedEngine = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<DockerReader> => answering(DockerReader.detect(env, wanted));

async function answering<Engine extends DockerReader>(docker: Engine | undefined): Promise<Engine> {
  if (docker === undefined) {
    throw new NautilusError({
      code: 'NAUT_DOCKER_MISSING',
      message: 'there is no Docker engine on this machine: DOCKER_HOST is not set and no known socket exists',
      fix: 'install Docker Desktop or OrbStack (Mac) or Docker Engine (Linux); `nautilus local up` works without',
    });
  }
  await docker.version();
  return docker;
}
