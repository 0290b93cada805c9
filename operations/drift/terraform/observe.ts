import { availableParallelism } from 'node:os';
import { NautilusError } from '@nautilus/config';
import { stackFolder } from '@nautilus/manifest';
import { type DockerClient, forward } from '../../docker';
import { each } from '../../each';
import { dashboards, grafanaAddress, grafanaAnswers, grafanaEnvironment } from '../../terraform/dashboards';
import { type Deployed, plannableStacks } from '../../terraform/deployed';
import { parallelism } from '../../terraform/deployment';
import { type StackPlan, TerraformStack } from '../../terraform/stack';
import type { Unread } from '../finding';

/** What Terraform would do now so that everything is as it was declared: plain data, as its plans say it. */
export interface ObservedTerraform {
  /** ISO 8601. */
  readonly at: string;
  /** One for each stack that could be planned. */
  readonly stacks: readonly StackPlan[];
  readonly unread: readonly Unread[];
}

export interface ObserveTerraformProps {
  /** Plan only the stack of this service. @default all stacks */
  readonly service?: string;
}

/** Percent by which the heap of terraform and its provider may grow before they collect: they live for a second, and a fifth of it went there. */
const GARBAGE_COLLECTION = '400';

/** Plans every stack of what was declared; a stack that cannot be planned is unread. Changes nothing. */
export async function observeTerraform(
  docker: DockerClient,
  declared: Deployed,
  { service }: ObserveTerraformProps = {},
): Promise<ObservedTerraform> {
  const at = new Date().toISOString();
  const engine = await forward(docker.endpoint);
  const unread: Unread[] = [];
  let interrupted = false;
  const plan = async (name: string): Promise<StackPlan[]> => {
    if (interrupted) return [];
    try {
      const stack = new TerraformStack({
        name,
        folder: stackFolder(declared.folder, name),
        environment: { GOGC: GARBAGE_COLLECTION, ...engine.environment },
        parallelism: parallelism(docker),
      });
      return [await lookAt(stack, docker, declared)];
    } catch (error) {
      if (!(error instanceof NautilusError)) throw error;
      interrupted ||= error.code === 'NAUT_INTERRUPTED';
      unread.push({ layer: 'terraform', what: `stack ${name}`, reason: error.message });
      return [];
    }
  };
  try {
    const plans = await each(inOrderOfCost(declared, service), plan, availableParallelism() + 1);
    return { at, stacks: plans.flat(), unread };
  } finally {
    engine.close();
  }
}

async function lookAt(stack: TerraformStack, docker: DockerClient, { manifest, folder }: Deployed): Promise<StackPlan> {
  if (stack.name !== dashboards) return stack.look();
  if (!(await grafanaAnswers({ output: folder })))
    throw new NautilusError({
      code: 'NAUT_GRAFANA_UNREACHABLE',
      message: `Grafana does not answer at ${grafanaAddress(folder)} from here`,
    });
  return stack.with(await grafanaEnvironment(manifest, docker)).look();
}

/** Terraform waits two seconds for a container that ended to be one that runs: the stack that has such begins first. */
function inOrderOfCost(declared: Deployed, service: string | undefined): string[] {
  const { services, oneShots } = declared.manifest;
  const waiting = new Set(oneShots.map(({ stack }) => stack));
  const own = [...services, ...oneShots].find(({ name }) => name === service)?.stack;
  return plannableStacks(declared)
    .filter((name) => own === undefined || name === own || (service === 'grafana' && name === dashboards))
    .sort((a, b) => Number(waiting.has(b)) - Number(waiting.has(a)));
}
