import readline from 'node:readline/promises';
import { NautilusError } from '@nautilus/config';

/**
 * Nobody can be asked where there is no terminal: then the command must say --yes.
 * @param rehearsal command that shows what would change
 * @throws NautilusError NAUT_CONFIRMATION_NEEDED
 */
export function requireSomebodyToAsk(command: string, yes: boolean, rehearsal = 'nautilus diff'): void {
  if (yes || (process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new NautilusError({
    code: 'NAUT_CONFIRMATION_NEEDED',
    message: `\`${command}\` asks before it changes anything, and there is no terminal to ask on`,
    fix: `add --yes to go ahead without a question; \`${rehearsal}\` shows what would change`,
  });
}

/** Asks on the terminal; only the whole word yes means yes, and Ctrl-C means no. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} (yes/no) `)).trim() === 'yes';
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
