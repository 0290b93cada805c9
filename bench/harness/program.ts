import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';

/** Longest that one measurement may take. */
const PATIENCE_MS = 120_000;

/**
 * Runs a program that measures itself and prints figures: every repeat starts from nothing, whatever language it is in.
 * A bundle finds what it could not take in, such as native modules, where this installation has it.
 * @returns the lines, each as numbers
 */
export function figuresOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number[][] {
  const printed = execFileSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_PATH: path.join(installationRoot(), 'node_modules'), ...env },
    timeout: PATIENCE_MS,
    maxBuffer: 1 << 20,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return printed
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
}
