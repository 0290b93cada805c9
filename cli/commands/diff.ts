import { loadProfile } from '@nautilus/config';
import { diffReport } from '@nautilus/operations/diff';
import { requireForDeploy } from '@nautilus/operations/doctor';
import { planDeployment } from '@nautilus/operations/terraform';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { deploymentProgress } from '../output/deployment';
import { printJson } from '../output/json';
import { planLines, planSummary } from '../output/plan';

/** `nautilus diff`: what a deployment would do to each service, and why. Exit code 0: nothing; 2: something. */
export const registerDiff: Register = (program, action) => {
  program
    .command('diff')
    .description('what `deploy` would do to each service, and why: exit code 0 means nothing, 2 something')
    .addOption(profileOption())
    .option('--json', 'stable JSON, version 1')
    .addHelpText('after', '\nExample:\n  nautilus diff --profile ci --json\n')
    .action(
      action(async (options: { profile: string; json?: boolean }) => {
        const profile = loadProfile(options.profile);
        const docker = await requireForDeploy(profile);
        const listener = deploymentProgress();
        const planned = await planDeployment({ profileName: options.profile, profile, docker, listener });
        const report = diffReport(planned);
        if (options.json) printJson(report);
        else process.stdout.write(`${[...planLines(report), planSummary(report)].join('\n')}\n`);
        return report.differs ? Exit.differs : Exit.fine;
      }),
    );
};
