import { loadProfile } from '@nautilus/config';
import { requireForDeploy } from '@nautilus/operations/doctor';
import { changesEngine, planDeployment } from '@nautilus/operations/terraform';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { deploymentProgress } from '../output/deployment';
import { printJson } from '../output/json';
import { planLines, planSummary } from '../output/plan';

/** `nautilus diff`: what a deployment would change. Exit code 0: nothing; 2: something. */
export const registerDiff: Register = (program, action) => {
  program
    .command('diff')
    .description('what `deploy` would change: exit code 0 means nothing, 2 something')
    .addOption(profileOption())
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus diff --profile ci --json\n')
    .action(
      action(async (options: { profile: string; json?: boolean }) => {
        const profile = loadProfile(options.profile);
        const docker = await requireForDeploy(profile);
        const listener = deploymentProgress();
        const plans = await planDeployment({ profileName: options.profile, profile, docker, listener });
        const differs = plans.some(({ changes }) => changes.some(changesEngine));
        if (options.json) {
          printJson({ profile: profile.name, differs, stacks: plans });
        } else {
          for (const line of planLines(plans)) process.stdout.write(`${line}\n`);
          process.stdout.write(`${planSummary(plans)}\n`);
        }
        return differs ? Exit.differs : Exit.fine;
      }),
    );
};
