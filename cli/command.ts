import type { Command } from 'commander';

/** Exit codes of every command: 0 fine, 1 failed, 2 differs. */
export const Exit = { fine: 0, failed: 1, differs: 2 } as const;

/** One subcommand a file: adds itself to the program. Its action returns the exit code. */
export type Register = (program: Command, action: ActionRunner) => void;

/** Wraps an action so that its exit code is kept and its errors are printed as a person can use them. */
export type ActionRunner = <A extends unknown[]>(
  action: (...args: A) => Promise<number> | number,
) => (...args: A) => Promise<void>;
