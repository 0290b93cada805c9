import { randomBytes } from 'node:crypto';
import { labels } from '@nautilus/config';
import type { Manifest, ManifestService } from '@nautilus/manifest';
import type { ContainerSummary, DockerClient } from '../docker';
import { each } from '../each';
import type { ObservedService, ObservedServices } from './observed';
import { combine, separate } from './script';
import { questionsOf } from './subjects';
import { kernelOf } from './subjects/kernel';

/** A server is given up before: this ends what Docker itself does not answer. */
const SILENCE_MS = 8_000;

export interface ObserveOptions {
  /** Names of the services to ask. @default all */
  readonly services?: readonly string[];
  /** Ask Docker too, for what it says of each container. @default where the limits inside are not as declared */
  readonly details?: boolean;
}

/** Asks every service for its settings, one program in each container. Changes nothing. Throws where the engine does not answer. */
export async function observeServices(
  docker: DockerClient,
  manifest: Manifest,
  { services: only, details = false }: ObserveOptions = {},
): Promise<ObservedServices> {
  const at = new Date().toISOString();
  const containers = await docker.containers({ [labels.project]: manifest.project });
  const byName = new Map(containers.flatMap((container) => container.Names.map((name) => [name.slice(1), container])));
  const wanted = manifest.services.filter(({ name }) => only === undefined || only.includes(name));
  const observed = await each(wanted, async (service) => {
    const container = byName.get(service.container);
    const inside = await observeService(docker, manifest, service, container);
    const looked = container && (details || limitsDiffer(inside, service));
    const detail = looked ? await docker.container(container.Id).catch(() => undefined) : undefined;
    return [service.name, { ...inside, ...(detail && { detail }) }] as const;
  });
  return { at, services: Object.fromEntries(observed) };
}

/** Is the kernel's view of the limits another one than what was declared? Whether Docker says the same tells who did it. */
function limitsDiffer({ answers }: ObservedService, { memory, cpus }: ManifestService): boolean {
  if (answers.kernel === undefined) return false;
  const kernel = kernelOf(answers);
  return kernel.memoryBytes !== memory.limitBytes || kernel.cpus !== cpus;
}

async function observeService(
  docker: DockerClient,
  manifest: Manifest,
  service: ManifestService,
  container: ContainerSummary | undefined,
): Promise<ObservedService> {
  if (container === undefined)
    return { answers: {}, reason: `there is no container ${service.container} of the platform` };
  if (container.State !== 'running')
    return { answers: {}, reason: `the container ${service.container} is ${container.State}` };
  const address = container.NetworkSettings?.Networks?.[manifest.network.name]?.MacAddress;
  const hardwareAddress = address ? { hardwareAddress: address } : {};
  const marker = randomBytes(16).toString('hex');
  try {
    const program = combine(questionsOf(service), marker);
    const { output } = await docker.exec(container.Id, ['sh', '-c', program], SILENCE_MS);
    return { answers: separate(output, marker), ...hardwareAddress };
  } catch (error) {
    return { answers: {}, reason: (error as Error).message, ...hardwareAddress };
  }
}
