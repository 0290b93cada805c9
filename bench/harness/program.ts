import { execFileSync } from 'node:child_process';

/** Longest that one measurement may take. */
const PATIENCE_MS = 120_000;

/**
 * Runs a program that measures itself and prints figures: every repeat starts from nothing, whatever language it is in.
 * @returns the lines, each as numbers
 */
export function figuresOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number[][] {
  const printed = execFileSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: PATIENCE_MS,
    maxBuffer: 1 << 20,
  });
  return printed
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
}
