import { loadProfile } from '@nautilus/config';
import { diffReport } from '@nautilus/operations/diff';
import { requireEngine } from '@nautilus/operations/docker';
import { destroy } from '@nautilus/operations/terraform';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { confirm, requireSomebodyToAsk } from '../output/confirm';
import { deploymentProgress } from '../output/deployment';
import { planLines, planSummary } from '../output/plan';
import { progressLine } from '../output/progress';

/** `nautilus destroy`: takes a profile's platform down; its data stays unless --volumes is given. */
export const registerDestroy: Register = (program, action) => {
  program
    .command('destroy')
    .description('take a platform down again; data volumes stay unless --volumes is given')
    .addOption(profileOption())
    .option('--yes', 'do not ask')
    .option('--volumes', 'destroy the data too: orders, executions, secrets')
    .addHelpText('after', '\nExample:\n  nautilus destroy --profile ci --yes\n')
    .action(
      action(async (options: { profile: string; yes?: boolean; volumes?: boolean }) => {
        requireSomebodyToAsk('nautilus destroy', options.yes ?? false);
        const profile = loadProfile(options.profile);
        const docker = await requireEngine(profile.docker);
        const volumes = options.volumes ?? false;
        const destroyed = await destroy({
          profileName: options.profile,
          profile,
          docker,
          volumes,
          listener: deploymentProgress(),
          agree: async (planned) => {
            const report = diffReport(planned);
            for (const line of [...planLines(report), planSummary(report)]) progressLine(line);
            const what = volumes
              ? `the platform of profile ${profile.name} AND ALL ITS DATA`
              : `the platform of profile ${profile.name}`;
            return options.yes ?? confirm(`Destroy ${what}?`);
          },
        });
        if (destroyed === undefined) {
          progressLine('nothing was changed');
          return Exit.failed;
        }
        const { keptVolumes, seconds } = destroyed;
        progressLine(
          `destroyed in ${seconds.toFixed(1)} s; ${keptVolumes.length === 0 ? 'nothing is left' : `kept the data in ${keptVolumes.join(', ')}`}`,
        );
        return Exit.fine;
      }),
    );
};
