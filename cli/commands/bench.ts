import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Exit, type Register } from '../command';

/** `nautilus bench`: runs in a process of its own, so that nothing of the command shares its heap. */
export const registerBench: Register = (program, action) => {
  program
    .command('bench')
    .description('measure: each figure beside its peer or floor, interleaved, median and spread')
    .argument(
      '[names...]',
      'which benchmarks or groups of them; all without one. `compare BEFORE AFTER` compares two files, `claims [FILE...]` puts what was claimed beside what was measured',
    )
    .option('--json', 'stable JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus bench core\n  nautilus bench portable-flow hop --json > after.json\n  nautilus bench claims after.json\n  nautilus bench compare before.json after.json   # exit code 2: a ratio got worse\n',
    )
    .action(
      action((names: string[], options: { json?: boolean }) => {
        const script = path.join(installationRoot(), 'dist', 'bench.js');
        const { status } = spawnSync(process.execPath, [script, ...(options.json ? ['--json'] : []), ...names], {
          stdio: 'inherit',
        });
        return status ?? Exit.failed;
      }),
    );
};
