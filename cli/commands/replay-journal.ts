import type { ReplayedJournal } from '@nautilus/oms/replay';
import { Exit, type Register } from '../command';
import { printJson } from '../output/json';
import { table } from '../output/table';

function print(directory: string, result: ReplayedJournal): void {
  const rows: [string, string | number][] = [
    ['directory', directory],
    ['records', result.sequence],
    ...(result.snapshot > 0 ? [['from the snapshot of record', result.snapshot] as [string, number]] : []),
    ['orders', result.orders],
    ['executions', result.executions],
    ['rejections', result.rejections],
    ['reports refused', result.refusedReports],
    ['state hash', result.stateHash],
    ['bytes of a torn tail', result.tornBytes],
    ['read and folded in', `${(result.seconds * 1e3).toFixed(1)} ms`],
  ];
  process.stdout.write(`${table(rows, ['replay of an order journal', ''])}\n`);
}

/** `nautilus replay journal`: the state that an order system's journal stands for. It is registered after `replay`. */
export const registerReplayJournal: Register = (program, action) => {
  const replay = program.commands.find((command) => command.name() === 'replay') ?? program.command('replay');
  replay
    .command('journal')
    .description("from a stopped order system's journal: its orders, executions and state hash")
    .argument('<directory>', 'data directory of the order system')
    .option('--keys <file>', 'key file of an encrypted journal')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus replay journal .nautilus/data/oms --json\n')
    .action(
      action(async (directory: string, options: { keys?: string; json?: boolean }) => {
        // Only now: it loads the native binding, which `doctor` must be able to find missing.
        const { replayJournal } = await import('@nautilus/oms/replay');
        const result = replayJournal(directory, options.keys);
        if (options.json) printJson(result);
        else print(directory, result);
        return Exit.fine;
      }),
    );
};
