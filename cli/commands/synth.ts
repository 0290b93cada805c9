import path from 'node:path';
import { loadProfile } from '@nautilus/config';
import { inOrder, synthesize } from '@nautilus/operations/terraform';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { printJson } from '../output/json';
import { progressLine } from '../output/progress';

/** `nautilus synth`: profile in, Terraform configuration and manifest out; nothing is asked of Docker. */
export const registerSynth: Register = (program, action) => {
  program
    .command('synth')
    .description('write the Terraform configuration and the manifest of a profile')
    .addOption(profileOption())
    .option('--out <folder>', 'where to write', 'cdktf.out')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus synth --profile ci --out /tmp/ci\n')
    .action(
      action(async (options: { profile: string; out: string; json?: boolean }) => {
        const profile = loadProfile(options.profile);
        const output = path.resolve(options.out);
        const manifest = await synthesize({ profile: options.profile, output });
        const stacks = inOrder(manifest.stacks);
        if (options.json) {
          const services = manifest.services.map(({ name }) => name);
          printJson({ profile: profile.name, output, stacks, services });
        } else {
          progressLine(`${output}: stacks ${stacks.join(', ')}; ${manifest.services.length} services`);
        }
        return Exit.fine;
      }),
    );
};
