import { Command, CommanderError } from 'commander';
import { type ActionRunner, Exit } from './command';
import { commands } from './commands';
import { errorText } from './output/error';
import { version } from './package.json';

/** Runs the `nautilus` command and returns its exit code. Never throws: a stack trace is shown only with NAUTILUS_DEBUG=1. */
export async function run(argv: readonly string[]): Promise<number> {
  let exit: number = Exit.fine;
  const action: ActionRunner =
    (body) =>
    async (...args) => {
      exit = await body(...args);
    };
  const program = new Command('nautilus')
    .description('A trading platform described as typed infrastructure.')
    .version(version)
    // A subcommand's options are not those of the command that it is of.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what is allowed)')
    .exitOverride();
  for (const register of commands) register(program, action);
  try {
    await program.parseAsync(argv as string[]);
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.fine : Exit.failed;
    process.stderr.write(`${errorText(error)}\n`);
    if (process.env.NAUTILUS_DEBUG === '1') process.stderr.write(`${(error as Error).stack}\n`);
    return Exit.failed;
  }
}
