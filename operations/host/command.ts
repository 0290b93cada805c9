import { execFile } from 'node:child_process';

export interface CommandResult {
  /** Exit code; -1 when it was killed because it took too long. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and waits for its end; undefined when there is no such program. Never throws. */
export type RunCommand = (
  file: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
) => Promise<CommandResult | undefined>;

/** Runs a program of this machine for at most ten seconds, without a shell. */
export const runCommand: RunCommand = (file, args, env = process.env) =>
  new Promise((resolve) => {
    const options = { timeout: 10_000, maxBuffer: 16 * 2 ** 20, env: { ...env, LC_ALL: 'C' } };
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = error?.code as unknown;
      if (code === 'ENOENT' || code === 'EACCES') resolve(undefined);
      else resolve({ code: error ? (typeof code === 'number' ? code : -1) : 0, stdout, stderr });
    });
  });
