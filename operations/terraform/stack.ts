import fs from 'node:fs';
import path from 'node:path';
import { NautilusError } from '@nautilus/config';
import { terraformEnvironment, terraformProgram } from './environment';
import { explain } from './explain';
import { type Diagnostic, parseMessage, type ResourceHook } from './messages';
import { type PlannedChange, plannedChanges, type RawPlan } from './plan';
import { type Finished, run } from './process';
import { isUnfinished, markFinished, markUnfinished } from './unfinished';

export interface TerraformStackProps {
  readonly name: string;
  /** Folder with the stack's cdk.tf.json. */
  readonly folder: string;
  /** Variables that terraform gets besides this process's own, such as the engine's address; undefined takes one out. @default none */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Texts that no error may show. @default none */
  readonly hidden?: readonly string[];
  /** Objects that terraform works on at the same time. @default 10 */
  readonly parallelism?: number;
  readonly onInterrupt?: (count: number) => void;
}

/** A plan that terraform keeps in the stack's folder until it is applied or this process ends. */
export interface StackPlan {
  readonly stack: string;
  readonly changes: readonly PlannedChange[];
  /** The last apply of this stack did not end well: what is on the engine may be missing from the state. */
  readonly unfinished?: boolean;
  /** It can only be planned once the stacks before it are deployed; says when. */
  readonly later?: string;
}

/** What happens to one object while a plan is applied. */
export type ApplyListener = (event: 'started' | 'progress' | 'finished' | 'failed', hook: ResourceHook) => void;

/** Of this process alone: what a person agreed to is applied, whatever somebody else plans meanwhile. */
const planFile = `nautilus-${process.pid}.tfplan`;

/** How long another terraform may take to be done with the state. */
const LOCK_SECONDS = 20;
/** The same for a look, which somebody waits for. */
const LOOK_LOCK_SECONDS = 5;
const lockTimeout = `-lock-timeout=${LOCK_SECONDS}s`;
const init = ['init', '-input=false', '-no-color', lockTimeout];

/** Errors of a plan in a folder whose providers or whose state are not ready. */
const uninitialized: ReadonlySet<string> = new Set(['NAUT_NOT_INITIALIZED', 'NAUT_STATE_ELSEWHERE']);

/** Terraform on one stack: init, plan, apply; errors in a person's words. */
export class TerraformStack {
  readonly name: string;

  constructor(private readonly props: TerraformStackProps) {
    this.name = props.name;
  }

  /**
   * Readies providers and state. A lock file that no longer fits the constraints is renewed.
   * @param moveState a state that the profile kept elsewhere before is brought here; not over one that is here already
   * @throws NautilusError NAUT_STATE_ELSEWHERE, NAUT_PROVIDER_MISSING …
   */
  async init({ moveState = false } = {}): Promise<void> {
    const first = await this.terraform(init);
    if (first.exitCode === 0) return;
    const failure = this.failure('init', [], first);
    if (failure.code === 'NAUT_STATE_ELSEWHERE') {
      if (!moveState) throw failure;
      return this.moveState();
    }
    const lock = path.join(this.props.folder, '.terraform.lock.hcl');
    if (/lock file|locked provider|checksums/i.test(first.stdout + first.stderr) && fs.existsSync(lock)) {
      fs.rmSync(lock);
      const second = await this.terraform(init);
      if (second.exitCode === 0) return;
    }
    throw failure;
  }

  private async moveState(): Promise<void> {
    const before = path.join(this.props.folder, '.terraform', 'terraform.tfstate');
    const noted = fs.readFileSync(before);
    const look = await this.terraform([...init, '-reconfigure']);
    if (look.exitCode !== 0) {
      fs.writeFileSync(before, noted);
      throw this.failure('init', [], look);
    }
    const here = await this.terraform(['state', 'list']);
    if (here.stdout.trim() !== '') return;
    fs.writeFileSync(before, noted);
    const move = await this.terraform([...init, '-migrate-state', '-force-copy']);
    if (move.exitCode !== 0) throw this.failure('init', [], move);
  }

  /**
   * What an apply would change; with `destroy`, what it takes to remove everything.
   * @param replace addresses of what is made anew though nothing about it has changed
   */
  async plan({
    destroy = false,
    replace = [],
    lockTimeoutSeconds = LOCK_SECONDS,
  }: {
    destroy?: boolean;
    replace?: readonly string[];
    lockTimeoutSeconds?: number;
  } = {}): Promise<StackPlan> {
    const { folder } = this.props;
    await this.pushErroredState();
    const changes = await this.planned(lockTimeoutSeconds, [
      ...(destroy ? ['-destroy'] : []),
      ...replace.map((address) => `-replace=${address}`),
    ]);
    const unfinished = isUnfinished(folder);
    if (changes !== undefined) return { stack: this.name, changes, ...(unfinished && { unfinished }) };
    markFinished(folder);
    return { stack: this.name, changes: [] };
  }

  /** What an apply would change, and nothing else: neither the state nor what an apply left is touched. */
  async look(): Promise<StackPlan> {
    const changes = await this.planned(LOOK_LOCK_SECONDS).catch(async (error: unknown) => {
      if (!(error instanceof NautilusError) || !uninitialized.has(error.code)) throw error;
      const own = path.join(this.props.folder, '.terraform');
      if (fs.lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink()) fs.rmSync(own);
      await this.init();
      return this.planned(LOOK_LOCK_SECONDS);
    });
    return { stack: this.name, changes: changes ?? [] };
  }

  /** The changes of a plan that is kept; undefined where there are none. */
  private async planned(
    lockTimeoutSeconds: number,
    more: readonly string[] = [],
  ): Promise<readonly PlannedChange[] | undefined> {
    const args = [
      'plan',
      '-json',
      '-input=false',
      `-lock-timeout=${lockTimeoutSeconds}s`,
      '-detailed-exitcode',
      `-out=${planFile}`,
      ...more,
      ...this.parallelism(),
    ];
    const diagnostics: Diagnostic[] = [];
    removeAtExit(path.join(this.props.folder, planFile));
    const finished = await this.terraform(args, collect(diagnostics));
    if (finished.exitCode === 0) return undefined;
    if (finished.exitCode !== 2) throw this.failure('plan', diagnostics, finished);
    const show = await this.terraform(['show', '-json', planFile]);
    if (show.exitCode !== 0) throw this.failure('show', [], show);
    return plannedChanges(JSON.parse(show.stdout) as RawPlan);
  }

  /** Applies the plan that was made last. */
  async apply(listener: ApplyListener = () => undefined): Promise<void> {
    const diagnostics: Diagnostic[] = [];
    markUnfinished(this.props.folder);
    const finished = await this.terraform(
      ['apply', '-json', '-input=false', lockTimeout, ...this.parallelism(), planFile],
      collect(diagnostics, listener),
    );
    if (finished.exitCode !== 0 || finished.interrupted) throw this.failure('apply', diagnostics, finished);
    markFinished(this.props.folder);
  }

  /** Takes every object out of the state and leaves it as it is. */
  async forget(): Promise<void> {
    const list = await this.terraform(['state', 'list']);
    const objects = list.exitCode === 0 ? list.stdout.trim().split('\n').filter(Boolean) : [];
    if (objects.length === 0) return;
    const remove = await this.terraform(['state', 'rm', lockTimeout, ...objects]);
    if (remove.exitCode !== 0) throw this.failure('state rm', [], remove);
  }

  /** The same stack with these variables as well; none of their values is ever shown. */
  with(secrets: Readonly<Record<string, string>>): TerraformStack {
    const { environment } = this.props;
    return new TerraformStack({
      ...this.props,
      environment: { ...environment, ...secrets },
      hidden: Object.values(secrets).flatMap((text) => [text, text.slice(text.indexOf(':') + 1)]),
    });
  }

  /** An apply that could not write its state leaves it in a file: it goes where it belongs before anything else is done. */
  private async pushErroredState(): Promise<void> {
    const errored = path.join(this.props.folder, 'errored.tfstate');
    if (!fs.existsSync(errored)) return;
    const push = await this.terraform(['state', 'push', lockTimeout, errored]);
    if (push.exitCode !== 0) throw this.failure('state push', [], push);
    fs.rmSync(errored);
  }

  private parallelism(): string[] {
    const { parallelism } = this.props;
    return parallelism === undefined ? [] : [`-parallelism=${parallelism}`];
  }

  private terraform(args: readonly string[], onLine?: (line: string) => void): Promise<Finished> {
    const { folder, env = process.env, environment, onInterrupt } = this.props;
    return run(terraformProgram(env), args, {
      cwd: folder,
      env: terraformEnvironment(env, environment),
      onLine,
      onInterrupt,
    });
  }

  private failure(what: string, diagnostics: readonly Diagnostic[], finished: Finished): NautilusError {
    if (finished.interrupted)
      return new NautilusError({
        code: 'NAUT_INTERRUPTED',
        message: `stopped in the ${what} of stack ${this.name}; what was done until then is in terraform's state`,
        fix: 'run the same command again: it goes on from there',
      });
    if (finished.signal !== undefined)
      return new NautilusError({
        code: 'NAUT_INTERRUPTED',
        message: `terraform was ended by ${finished.signal} in the ${what} of stack ${this.name}; what it made last may be missing from its state`,
        fix: 'run the same command again: it finds what was left and goes on from there',
      });
    const { folder, hidden = [] } = this.props;
    const hide = (text: string) => hidden.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
    return explain(
      { stack: this.name, folder, what },
      JSON.parse(hide(JSON.stringify(diagnostics))) as Diagnostic[],
      hide(`${finished.stderr}${jsonless(finished.stdout)}`),
    );
  }
}

const kept = new Set<string>();

/** Plans go with the process that made them. */
function removeAtExit(file: string): void {
  if (kept.size === 0) process.once('exit', () => kept.forEach((plan) => void fs.rmSync(plan, { force: true })));
  kept.add(file);
}

function collect(diagnostics: Diagnostic[], listener?: ApplyListener): (line: string) => void {
  return (line) => {
    const message = parseMessage(line);
    if (message === undefined) return;
    if (message.type === 'diagnostic') diagnostics.push(message.diagnostic);
    else listener?.(message.type, message.hook);
  };
}

const jsonless = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('{'))
    .join('\n');
