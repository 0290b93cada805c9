import { NautilusError } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient, DockerReader } from '../../docker';
import { untilHealthy } from '../../terraform/health';
import type { RepairAction } from '../finding';
import { check, type Target } from './check';
import type { RepairPlan, RepairStep } from './plan';

export interface StepResult {
  readonly step: RepairStep;
  /** ready: would be done (of a rehearsal alone); needless: it was so already. */
  readonly outcome: 'ready' | 'done' | 'needless' | 'refused' | 'failed';
  /** Of what was not done. */
  readonly reason?: string;
}

export type StepListener = (result: StepResult) => void;

/** How long a container may take to end before Docker kills it, and Docker to say so. */
const RESTART_WITHIN_MS = 90_000;
const HEALTHY_WITHIN_MS = 120_000;

/** What would become of each step, found out by GET alone: who holds a reader can send nothing else. */
export const rehearse = (
  docker: DockerReader,
  manifest: Manifest,
  plan: RepairPlan,
  listener?: StepListener,
): Promise<StepResult[]> => oneByOne(docker, manifest, plan, async () => ({ outcome: 'ready' }), listener);

/**
 * Does one step after the other. Before each its container is looked at again: one that is not ours, or no more, is left
 * alone. Never throws for a step: when the engine goes away, the steps that are left fail.
 */
export const carryOut = (
  docker: DockerClient,
  manifest: Manifest,
  plan: RepairPlan,
  listener?: StepListener,
): Promise<StepResult[]> =>
  oneByOne(
    docker,
    manifest,
    plan,
    async ({ action }, target) => {
      await perform(docker, action, target);
      return { outcome: 'done' };
    },
    listener,
  );

type Work = (step: RepairStep, target: Target) => Promise<Pick<StepResult, 'outcome' | 'reason'>>;

async function oneByOne(
  docker: DockerReader,
  manifest: Manifest,
  { steps }: RepairPlan,
  work: Work,
  listener: StepListener = () => undefined,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  let gone: string | undefined;
  for (const step of steps) {
    const result =
      gone === undefined ? await one(docker, manifest, step, work) : { outcome: 'failed' as const, reason: gone };
    results.push({ step, ...result });
    listener({ step, ...result });
    if (result.outcome === 'failed' && gone === undefined && !(await docker.ping()))
      gone = 'not tried: the engine does not answer';
  }
  return results;
}

async function one(
  docker: DockerReader,
  manifest: Manifest,
  step: RepairStep,
  work: Work,
): Promise<Pick<StepResult, 'outcome' | 'reason'>> {
  let asked = false;
  try {
    const ready = await check(docker, manifest, step.action);
    if (ready.verdict !== 'ready') return { outcome: ready.verdict, reason: ready.reason };
    asked = true;
    return await work(step, ready.target);
  } catch (error) {
    const { message } = error as Error;
    const cut = asked && error instanceof NautilusError && error.code === 'NAUT_DOCKER_UNREACHABLE';
    return { outcome: 'failed', reason: cut ? `${message}; whether it was done, the next look tells` : message };
  }
}

/** @throws NautilusError NAUT_DOCKER_REFUSED, NAUT_DOCKER_UNREACHABLE, NAUT_REPAIR_FAILED */
async function perform(docker: DockerClient, action: RepairAction, { container, network }: Target): Promise<void> {
  const own = `/containers/${container.Id}`;
  switch (action.do) {
    case 'update':
      return docker.post(`${own}/update`, action.resources);
    case 'unpause':
    case 'start':
      return docker.post(`${own}/${action.do}`);
    case 'restart':
      await docker.request('POST', `${own}/restart`, { timeoutMs: RESTART_WITHIN_MS });
      return;
    case 'disconnect':
      return docker.post(`/networks/${encodeURIComponent(action.network)}/disconnect`, { Container: container.Id });
    case 'connect':
      if (container.NetworkSettings.Networks[action.network] !== undefined)
        await docker.post(`/networks/${network}/disconnect`, { Container: container.Id });
      return docker.post(`/networks/${network}/connect`, {
        Container: container.Id,
        EndpointConfig: { IPAMConfig: { IPv4Address: action.address }, Aliases: action.aliases },
      });
    case 'command': {
      const { exitCode, output } = await docker.exec(container.Id, action.argv);
      if (exitCode === 0) return;
      throw new NautilusError({
        code: 'NAUT_REPAIR_FAILED',
        message: `${action.argv[0]} ended with ${exitCode}: ${output.trim().split('\n').at(-1)}`,
      });
    }
  }
}

/** What is done to a container after which it is not healthy at once. */
const unsettling: ReadonlySet<RepairAction['do']> = new Set(['connect', 'unpause', 'start', 'restart']);

/**
 * Waits until what was started, woken or connected again is healthy; `note` is told for whom.
 * @throws NautilusError NAUT_UNHEALTHY naming those that are not, each with the end of its log
 */
export async function settled(
  docker: DockerClient,
  manifest: Manifest,
  results: readonly StepResult[],
  note?: (text: string) => void,
): Promise<void> {
  const touched = results
    .filter(({ outcome, step }) => outcome === 'done' && unsettling.has(step.action.do))
    .map(({ step }) => step.action.container);
  const services = manifest.services.filter(({ container }) => touched.includes(container));
  if (services.length > 0) await untilHealthy(docker, { ...manifest, services }, HEALTHY_WITHIN_MS, note);
}
