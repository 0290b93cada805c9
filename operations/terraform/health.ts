import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError } from '@nautilus/config';
import type { Manifest, ManifestService } from '@nautilus/manifest';
import type { ContainerDetail, DockerClient } from '../docker';

/** A service as it runs. */
export interface RunningService {
  readonly name: string;
  readonly container: string;
  /** healthy, starting, unhealthy, exited, missing … */
  readonly state: string;
  readonly address: string;
  /** `host address:port`, one for each published port. */
  readonly published: readonly string[];
}

/** States that waiting does not change. */
const hopeless: ReadonlySet<string> = new Set(['missing', 'exited', 'dead', 'paused']);

const POLL_MS = 500;
const LOG_LINES = 8;

/** Every service of the manifest as Docker sees it now. */
function runningServices(docker: DockerClient, manifest: Manifest): Promise<RunningService[]> {
  return Promise.all(manifest.services.map((service) => runningService(docker, service, manifest.network.name)));
}

async function runningService(
  docker: DockerClient,
  service: ManifestService,
  network: string,
): Promise<RunningService> {
  const detail = await docker.container(service.container).catch((error: unknown) => {
    if (error instanceof NautilusError && error.code === 'NAUT_DOCKER_REFUSED') return undefined;
    throw error;
  });
  return {
    name: service.name,
    container: service.container,
    state: stateOf(detail),
    address: detail?.NetworkSettings.Networks[network]?.IPAddress || service.address,
    published: service.published.map(({ address, port }) => `${address}:${port}`),
  };
}

function stateOf(detail: ContainerDetail | undefined): string {
  if (detail === undefined) return 'missing';
  if (detail.State.Status !== 'running') return detail.State.Status;
  return detail.State.Health?.Status ?? 'running';
}

/**
 * Waits until every service is healthy; `note` is told for whom.
 * @throws NautilusError NAUT_UNHEALTHY naming those that are not, each with the end of its log
 */
export async function untilHealthy(
  docker: DockerClient,
  manifest: Manifest,
  timeoutMs: number,
  note: (text: string) => void = () => undefined,
): Promise<RunningService[]> {
  const giveUpAt = performance.now() + timeoutMs;
  let told = '';
  for (;;) {
    const services = await runningServices(docker, manifest);
    const ill = services.filter(({ state }) => state !== 'healthy');
    if (ill.length === 0) return services;
    if (ill.some(({ state }) => hopeless.has(state)) || performance.now() > giveUpAt)
      throw await unhealthy(docker, ill);
    const waiting = `waiting for ${ill.map(({ name, state }) => `${name} (${state})`).join(', ')}`;
    if (waiting !== told) note(waiting);
    told = waiting;
    await delay(POLL_MS);
  }
}

async function unhealthy(docker: DockerClient, ill: readonly RunningService[]): Promise<NautilusError> {
  const details: string[] = [];
  for (const { name, container, state } of ill) {
    details.push(`${name} is ${state}`);
    const log = await docker.logs(container, LOG_LINES).catch(() => '');
    for (const line of log.trimEnd().split('\n')) if (line !== '') details.push(`  ${line}`);
  }
  const paused = ill.find(({ state }) => state === 'paused');
  return new NautilusError({
    code: 'NAUT_UNHEALTHY',
    message: `not every container is healthy: ${ill.map(({ name }) => name).join(', ')}`,
    details,
    fix: paused
      ? `docker unpause ${paused.container}, and run the same command again`
      : `read more of what it says: docker logs ${ill[0]?.container ?? ''}`,
  });
}
