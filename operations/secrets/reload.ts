import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { containerOf, stateOf } from './container';

type Reload =
  | { readonly how: 'file' }
  | { readonly how: 'signal'; readonly signal: 'SIGHUP' }
  | { readonly how: 'restart' };

const HEALTHY_WITHIN_MS = 120_000;
const RESTART_WITHIN_MS = 90_000;

/**
 * Lets a service take its new files, once, however many of them changed. One that does not run reads them when it starts.
 * Returns the container when something was done to it. Throws NAUT_UNHEALTHY.
 */
export async function reload(
  docker: DockerClient,
  manifest: Manifest,
  service: string,
  ways: readonly Reload[],
): Promise<string[]> {
  const container = containerOf(manifest, service);
  if (container === undefined || (await stateOf(docker, container)) !== 'running') return [];
  if (ways.some(({ how }) => how === 'restart')) {
    await docker.request('POST', `/containers/${container}/restart`, { timeoutMs: RESTART_WITHIN_MS });
    await untilHealthy(docker, container);
    return [container];
  }
  const signals = new Set(ways.flatMap((way) => (way.how === 'signal' ? [way.signal] : [])));
  for (const signal of signals) await docker.post(`/containers/${container}/kill`, undefined, { signal });
  return signals.size > 0 ? [container] : [];
}

async function untilHealthy(docker: DockerClient, container: string): Promise<void> {
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const { State } = await docker.container(container);
    if (State.Status === 'running' && (State.Health === undefined || State.Health.Status === 'healthy')) return;
    if (Date.now() > deadline)
      throw new NautilusError({
        code: 'NAUT_UNHEALTHY',
        message: `${container} has its new secret and was started again, and is ${State.Health?.Status ?? State.Status} after ${HEALTHY_WITHIN_MS / 1000} s`,
        fix: `read what it says: docker logs ${container}`,
      });
    await delay(300);
  }
}
