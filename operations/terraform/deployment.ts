import { NautilusError } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import type { ResourceHook } from './messages';
import type { PlannedChange } from './plan';
import { type StackPlan, TerraformStack } from './stack';
import { stackFolder } from './workspace';

/** What a person is told while a deployment goes on. */
export type DeploymentEvent =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'stack'; readonly stack: string; readonly state: 'started' | 'finished'; readonly seconds: number }
  | {
      readonly kind: 'object';
      readonly stack: string;
      readonly change: PlannedChange;
      readonly action: ResourceHook['action'];
      readonly state: 'started' | 'progress' | 'finished' | 'failed';
      readonly seconds: number;
    };

export type DeploymentListener = (event: DeploymentEvent) => void;

export interface DeploymentProps {
  readonly manifest: Manifest;
  /** Folder of the synthesized configuration. */
  readonly output: string;
  readonly docker: DockerClient;
  readonly listener: DeploymentListener;
}

/** Errors whose cause is mostly in what the container said. */
const explainedByLogs: ReadonlySet<string> = new Set(['NAUT_UNHEALTHY', 'NAUT_TERRAFORM_FAILED']);

/** Lines of a failed container's log that its error shows. */
const LOG_LINES = 12;

/** The stacks of one synthesis on one Docker engine: planned together, applied one after the other in order of dependency. */
export class Deployment {
  private readonly stacks: readonly TerraformStack[];

  constructor(private readonly props: DeploymentProps) {
    const { manifest, output, docker, listener } = props;
    let told = 0;
    // Several stacks are planned at a time, and each is told of the same Ctrl-C.
    const onInterrupt = (count: number) => {
      if (count > told) listener({ kind: 'note', text: interruption(count) });
      told = Math.max(told, count);
    };
    this.stacks = inOrder(manifest.stacks).map(
      (name) =>
        new TerraformStack({
          name,
          folder: stackFolder(output, name),
          environment: docker.environment,
          onInterrupt,
        }),
    );
  }

  /** What a deployment would change, stack by stack in order of deployment. Changes nothing. */
  async plan(): Promise<StackPlan[]> {
    return Promise.all(
      this.stacks.map(async (stack) => {
        await stack.init();
        return stack.plan();
      }),
    );
  }

  /** What it takes to destroy these stacks, in order of destruction. Changes nothing. */
  async planDestroy(stacks: (name: string) => boolean): Promise<StackPlan[]> {
    return Promise.all(
      [...this.stacks]
        .reverse()
        .filter(({ name }) => stacks(name))
        .map(async (stack) => {
          await stack.init();
          return stack.plan({ destroy: true });
        }),
    );
  }

  /** Applies the plans in their order; those without changes are passed over. */
  async apply(plans: readonly StackPlan[]): Promise<void> {
    for (const plan of plans) {
      const stack = this.stacks.find(({ name }) => name === plan.stack);
      if (stack !== undefined && plan.changes.length > 0) await this.applyOne(stack, plan);
    }
  }

  private async applyOne(stack: TerraformStack, plan: StackPlan): Promise<void> {
    const { listener } = this.props;
    const byAddress = new Map(plan.changes.map((change) => [change.address, change]));
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    const failed: PlannedChange[] = [];
    listener({ kind: 'stack', stack: stack.name, state: 'started', seconds: 0 });
    try {
      await stack.apply((state, { address, action, elapsedSeconds }) => {
        const change = byAddress.get(address);
        if (change === undefined) return;
        if (state === 'failed') failed.push(change);
        listener({ kind: 'object', stack: stack.name, change, action, state, seconds: elapsedSeconds });
      });
    } catch (error) {
      const unexplained = error instanceof NautilusError && explainedByLogs.has(error.code);
      throw unexplained ? await this.withLogs(error, failed) : error;
    }
    listener({ kind: 'stack', stack: stack.name, state: 'finished', seconds: seconds() });
  }

  /** Adds what the containers that failed said last: mostly that is the cause. */
  private async withLogs(error: NautilusError, failed: readonly PlannedChange[]): Promise<NautilusError> {
    const logs: string[] = [];
    for (const { kind, name } of failed) {
      if (kind !== 'container') continue;
      const text = await this.props.docker.logs(name, LOG_LINES).catch(() => '');
      if (text.trim() !== '')
        logs.push(
          `the last lines of ${name}:`,
          ...text
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        );
    }
    return new NautilusError({
      code: error.code,
      message: error.message,
      details: [...error.details, ...logs],
      fix: error.fix,
      cause: error,
    });
  }
}

/** Names of the stacks so that each comes after those that it depends on. */
export function inOrder(stacks: Manifest['stacks']): string[] {
  const ordered: string[] = [];
  const visit = (name: string) => {
    if (ordered.includes(name)) return;
    for (const other of stacks.find((stack) => stack.name === name)?.dependsOn ?? []) visit(other);
    ordered.push(name);
  };
  for (const { name } of stacks) visit(name);
  return ordered;
}

const interruption = (count: number): string =>
  count === 1
    ? 'stopping: terraform finishes what it has begun (interrupt again to give up at once)'
    : 'giving up: what terraform was doing may be missing from its state';
