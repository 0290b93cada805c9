import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError } from '@nautilus/config';
import type { Command } from 'commander';
import { Exit } from './command';
import { profileOption } from './option';
import { printJson } from './output/json';
import { LiveBlock } from './output/progress';

const EVERY_MS = 1000;

export interface LookOptions {
  readonly profile: string;
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** Adds the options that every look has. */
export const lookCommand = (command: Command): Command =>
  command
    .addOption(profileOption())
    .option('--watch', 'look again every second; Ctrl-C ends')
    .option('--json', 'stable JSON, with --watch one answer a line');

/** Columns of the terminal; what is no terminal takes any width. */
const width = () => process.stdout.columns ?? Number.POSITIVE_INFINITY;

/**
 * Shows what engines answer, once or again and again. While one is away `watch` says so and goes on.
 * @param text as wide as the terminal is
 * @returns the exit code: that of the last answer
 */
export async function show<T>(
  { json, watch }: LookOptions,
  ask: () => Promise<T>,
  text: (answer: T, width: number) => string,
  exit: (answer: T) => number = () => Exit.fine,
): Promise<number> {
  const print = (answer: T) => (json ? printJson(answer) : void process.stdout.write(`${text(answer, width())}\n`));
  if (!watch) {
    const answer = await ask();
    print(answer);
    return exit(answer);
  }
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort()).once('SIGTERM', () => ending.abort());
  const block = new LiveBlock();
  let last: number = Exit.failed;
  while (!ending.signal.aborted) {
    try {
      const answer = await ask();
      last = exit(answer);
      if (json) process.stdout.write(`${JSON.stringify(answer)}\n`);
      else draw(block, text(answer, width()));
    } catch (error) {
      if (!(error instanceof NautilusError) || error.code !== 'NAUT_ENGINE_SILENT') throw error;
      last = Exit.failed;
      if (json) process.stderr.write(`${error.code}  ${error.message}\n`);
      else draw(block, `${error.code}  ${error.message}`);
    }
    await delay(EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
  }
  return last;
}

/** No more lines than the terminal has: what is above its edge cannot be drawn over. */
function draw(block: LiveBlock, text: string): void {
  const lines = text.split('\n');
  const shown = lines.slice(0, Math.max(1, (process.stdout.rows ?? lines.length + 1) - 1));
  block.clear();
  block.draw(shown, text);
}
