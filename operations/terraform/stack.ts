import fs from 'node:fs';
import path from 'node:path';
import { NautilusError } from '@nautilus/config';
import { terraformEnvironment, terraformProgram } from './environment';
import { explain } from './explain';
import { type Diagnostic, parseMessage, type ResourceHook } from './messages';
import { type PlannedChange, plannedChanges, type RawPlan } from './plan';
import { type Finished, run } from './process';

export interface TerraformStackProps {
  readonly name: string;
  /** Folder with the stack's cdk.tf.json. */
  readonly folder: string;
  /** Variables that terraform gets besides this process's own, such as the engine's address; undefined takes one out. @default none */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly onInterrupt?: (count: number) => void;
}

/** A plan that terraform keeps in the stack's folder until it is applied or this process ends. */
export interface StackPlan {
  readonly stack: string;
  readonly changes: readonly PlannedChange[];
}

/** What happens to one object while a plan is applied. */
export type ApplyListener = (event: 'started' | 'progress' | 'finished' | 'failed', hook: ResourceHook) => void;

/** Of this process alone: what a person agreed to is applied, whatever somebody else plans meanwhile. */
const planFile = `nautilus-${process.pid}.tfplan`;

/** Terraform on one stack: init, plan, apply; errors in a person's words. */
export class TerraformStack {
  readonly name: string;

  constructor(private readonly props: TerraformStackProps) {
    this.name = props.name;
  }

  /** Readies the providers. A lock that no longer fits the constraints is renewed. */
  async init(): Promise<void> {
    const first = await this.terraform(['init', '-input=false', '-no-color']);
    if (first.exitCode === 0) return;
    const lock = path.join(this.props.folder, '.terraform.lock.hcl');
    if (/lock file|locked provider|checksums/i.test(first.stdout + first.stderr) && fs.existsSync(lock)) {
      fs.rmSync(lock);
      const second = await this.terraform(['init', '-input=false', '-no-color']);
      if (second.exitCode === 0) return;
    }
    throw this.failure('init', [], first);
  }

  /** What an apply would change; with `destroy`, what it takes to remove everything. */
  async plan({ destroy = false } = {}): Promise<StackPlan> {
    const args = ['plan', '-json', '-input=false', '-lock-timeout=20s', '-detailed-exitcode', `-out=${planFile}`];
    const diagnostics: Diagnostic[] = [];
    process.once('exit', () => fs.rmSync(path.join(this.props.folder, planFile), { force: true }));
    const finished = await this.terraform(destroy ? [...args, '-destroy'] : args, collect(diagnostics));
    if (finished.exitCode !== 0 && finished.exitCode !== 2) throw this.failure('plan', diagnostics, finished);
    if (finished.exitCode === 0) return { stack: this.name, changes: [] };
    const show = await this.terraform(['show', '-json', planFile]);
    if (show.exitCode !== 0) throw this.failure('show', [], show);
    return { stack: this.name, changes: plannedChanges(JSON.parse(show.stdout) as RawPlan) };
  }

  /** Applies the plan that was made last. */
  async apply(listener: ApplyListener = () => undefined): Promise<void> {
    const diagnostics: Diagnostic[] = [];
    const finished = await this.terraform(
      ['apply', '-json', '-input=false', '-lock-timeout=20s', planFile],
      collect(diagnostics, listener),
    );
    if (finished.exitCode !== 0 || finished.interrupted) throw this.failure('apply', diagnostics, finished);
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
    return explain(this.name, what, diagnostics, `${finished.stderr}${jsonless(finished.stdout)}`);
  }
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
