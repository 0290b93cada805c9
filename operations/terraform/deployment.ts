import { availableParallelism } from 'node:os';
import { NautilusError, type Profile } from '@nautilus/config';
import { type Manifest, stackFolder } from '@nautilus/manifest';
import { type DockerClient, type Forward, forward } from '../docker';
import { each } from '../each';
import { requireSecrets } from '../secrets';
import { dashboards, grafanaAddress, grafanaAnswers, grafanaEnvironment } from './dashboards';
import type { ResourceHook } from './messages';
import { imageAddresses, movedImages } from './own-images';
import type { PlannedChange } from './plan';
import { type StackPlan, TerraformStack } from './stack';

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
  readonly profile: Profile;
  readonly manifest: Manifest;
  /** Folder of the synthesized configuration. */
  readonly output: string;
  readonly docker: DockerClient;
  /** Bring the state here from where the profile kept it before. @default false */
  readonly moveState?: boolean;
  readonly listener: DeploymentListener;
}

/** Errors whose cause is mostly in what the container said. */
const explainedByLogs: ReadonlySet<string> = new Set(['NAUT_UNHEALTHY', 'NAUT_TERRAFORM_FAILED']);

/** Lines of a failed container's log that its error shows. */
const LOG_LINES = 12;

/** Objects at the same time: containers wait for their health side by side, and the engine does the work. */
const PARALLELISM = 24;
/** Each is a login of its own where the engine is behind ssh. */
const REMOTE_PARALLELISM = 6;

export const parallelism = ({ isLocal }: Pick<DockerClient, 'isLocal'>): number =>
  isLocal ? PARALLELISM : REMOTE_PARALLELISM;

/** Stacks at the same time: each is a terraform with its provider. */
const PLANS = Math.max(2, availableParallelism());

/** The stacks of one synthesis on one Docker engine: planned together, applied one after the other in order of dependency. */
export class Deployment {
  private readonly stacks: readonly TerraformStack[];

  private constructor(
    private readonly props: DeploymentProps,
    engine: Forward,
  ) {
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
          environment: engine.environment,
          parallelism: parallelism(docker),
          onInterrupt,
        }),
    );
  }

  /** Opens a way to the engine, does the work, and closes it. */
  static async with<T>(props: DeploymentProps, work: (deployment: Deployment) => Promise<T>): Promise<T> {
    const engine = await forward(props.docker.endpoint);
    try {
      return await work(new Deployment(props, engine));
    } finally {
      engine.close();
    }
  }

  /**
   * What a deployment would change, stack by stack in order of deployment. Changes nothing. An image of ours that was replaced
   * under its tag is built again, and who runs on it is made anew.
   */
  async plan(): Promise<StackPlan[]> {
    const { docker, output, listener } = this.props;
    const moved = await movedImages(docker, output);
    for (const { reference, live } of moved)
      listener({
        kind: 'note',
        text: `image ${reference} was replaced under its tag, it is ${live}: it is built again`,
      });
    const references = new Set(moved.map(({ reference }) => reference));
    const planned = async (stack: TerraformStack): Promise<StackPlan[]> => {
      if (!(await this.ready(stack))) return [];
      if (stack.name !== dashboards)
        return [await stack.plan({ replace: imageAddresses(output, stack.name, references) })];
      if (!(await grafanaAnswers(this.props)))
        return [{ stack: stack.name, changes: [], later: 'planned once Grafana runs' }];
      return [await this.planDashboards(stack)];
    };
    return (await each(this.stacks, planned, PLANS)).flat();
  }

  /** What it takes to destroy these stacks, in order of destruction. Changes nothing. */
  async planDestroy(stacks: (name: string) => boolean): Promise<StackPlan[]> {
    // What Grafana was told is in its volume, and goes or stays with that.
    const chosen = [...this.stacks].reverse().filter(({ name }) => name !== dashboards && stacks(name));
    const planned = async (stack: TerraformStack): Promise<StackPlan> => {
      await stack.init({ moveState: this.props.moveState });
      return stack.plan({ destroy: true });
    };
    return each(chosen, planned, PLANS);
  }

  /** Gives up what the state says of Grafana's objects: their volume is gone. */
  async forgetDashboards(): Promise<void> {
    const stack = this.stacks.find(({ name }) => name === dashboards);
    if (stack !== undefined && (await this.ready(stack))) await stack.forget();
  }

  /** Readies a stack; false when it is left out, which is said. */
  private async ready(stack: TerraformStack): Promise<boolean> {
    try {
      await stack.init({ moveState: this.props.moveState });
      return true;
    } catch (error) {
      const missing = error instanceof NautilusError && error.code === 'NAUT_PROVIDER_MISSING';
      if (!missing || stack.name !== dashboards || !this.props.profile.services.grafana?.optional) throw error;
      this.leaveOut(stack, error.message);
      return false;
    }
  }

  private leaveOut(stack: TerraformStack, reason: string): void {
    this.props.listener({ kind: 'note', text: `without stack ${stack.name}, as grafana is optional: ${reason}` });
  }

  private async planDashboards(stack: TerraformStack): Promise<StackPlan> {
    const { profile, docker } = this.props;
    return stack.with(await grafanaEnvironment(profile, docker)).plan();
  }

  /**
   * Applies the plans in their order; those without changes are passed over.
   * @param done is told of each stack before the next one is begun
   */
  async apply(plans: readonly StackPlan[], done: (stack: string) => Promise<void> = async () => {}): Promise<void> {
    for (const plan of plans) {
      const stack = this.stacks.find(({ name }) => name === plan.stack);
      if (stack === undefined) continue;
      if (stack.name === dashboards) await this.applyDashboards(stack, plan);
      else if (plan.changes.length > 0) await this.applyOne(stack, plan);
      if (stack.name === 'foundation') await requireSecrets(this.props.docker, this.props.manifest.project);
      await done(stack.name);
    }
  }

  /** Grafana runs by now, as the stack before this one has deployed it. */
  private async applyDashboards(stack: TerraformStack, planned: StackPlan): Promise<void> {
    const { profile, docker } = this.props;
    const plan = planned.later === undefined ? planned : await this.planOnceGrafanaRuns(stack);
    if (plan === undefined || plan.changes.length === 0) return;
    await this.applyOne(stack.with(await grafanaEnvironment(profile, docker)), plan);
  }

  private async planOnceGrafanaRuns(stack: TerraformStack): Promise<StackPlan | undefined> {
    const { profile, output } = this.props;
    if (await grafanaAnswers(this.props)) return this.planDashboards(stack);
    const reason = `Grafana does not answer at ${grafanaAddress(output)} from here`;
    if (!profile.services.grafana?.optional)
      throw new NautilusError({
        code: 'NAUT_GRAFANA_UNREACHABLE',
        message: `${reason}: its dashboards cannot be deployed`,
        fix: 'publish its port where this machine reaches it (exposure.address), forward it, or make services.grafana.optional true',
      });
    this.leaveOut(stack, reason);
    return undefined;
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
