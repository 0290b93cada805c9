import { spawn } from 'node:child_process';
import { NautilusError } from '@nautilus/config';

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** A signal to this process was passed on to the child. */
  readonly interrupted: boolean;
  /** The signal that ended it; undefined when it ended by itself. */
  readonly signal: NodeJS.Signals | undefined;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** Called at Ctrl-C, once the child knows; the count says how often it was pressed. */
  readonly onInterrupt?: (count: number) => void;
}

/**
 * Runs a program that must end in order. It gets a process group of its own, so that Ctrl-C reaches it exactly once, from
 * here: terraform ends cleanly at the first interrupt and gives up its state at the second.
 *
 * @throws NautilusError NAUT_PROGRAM_MISSING
 */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let interrupts = 0;
    const passOn = () => {
      interrupts++;
      child.kill('SIGINT');
      options.onInterrupt?.(interrupts);
    };
    process.on('SIGINT', passOn);
    process.on('SIGTERM', passOn);
    const release = () => {
      process.off('SIGINT', passOn);
      process.off('SIGTERM', passOn);
    };

    let stdout = '';
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      release();
      reject(error.code === 'ENOENT' ? missing(program, error) : error);
    });
    child.on('exit', (_, signal) => {
      if (signal !== null) endGroup(child.pid);
    });
    child.on('close', (code, signal) => {
      release();
      if (rest !== '') options.onLine?.(rest);
      resolve({ exitCode: code ?? 1, stdout, stderr, interrupted: interrupts > 0, signal: signal ?? undefined });
    });
  });
}

/** Providers of a terraform that was killed would go on with what they were told. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left of the group.
  }
}

function missing(program: string, cause: Error): NautilusError {
  return new NautilusError({
    code: 'NAUT_PROGRAM_MISSING',
    message: `the program ${program} is not on this machine`,
    fix: '`nautilus doctor` says what is missing and how to get it',
    cause,
  });
}
