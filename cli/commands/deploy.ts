import { loadProfile } from '@nautilus/config';
import { diffReport } from '@nautilus/operations/diff';
import { requireForDeploy } from '@nautilus/operations/doctor';
import { type DeploymentResult, deploy } from '@nautilus/operations/terraform';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { confirm, requireSomebodyToAsk } from '../output/confirm';
import { deploymentProgress } from '../output/deployment';
import { printJson } from '../output/json';
import { planLines, planSummary } from '../output/plan';
import { progressLine } from '../output/progress';
import { table } from '../output/table';

function serviceTable({ services }: DeploymentResult): string {
  const rows = services.map(({ name, state, address, published, seconds }) => [
    name,
    state,
    address,
    published.join(' ') || '–',
    seconds === undefined ? 'unchanged' : `${seconds} s`,
  ]);
  return table(rows, ['service', 'state', 'address', 'published', 'started in']);
}

/** `nautilus deploy`: brings Docker to what a profile declares, and ends when every container is healthy. */
export const registerDeploy: Register = (program, action) => {
  program
    .command('deploy')
    .description("bring this machine's Docker to what a profile declares; shows the plan and asks first")
    .addOption(profileOption())
    .option('--yes', 'do not ask')
    .option('--move-state', "bring Terraform's state along after terraform.backend of the profile has changed")
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus deploy --profile ci --yes\n')
    .action(
      action(async (options: { profile: string; yes?: boolean; moveState?: boolean; json?: boolean }) => {
        requireSomebodyToAsk('nautilus deploy', options.yes ?? false);
        const profile = loadProfile(options.profile);
        const docker = await requireForDeploy(profile);
        const deployed = await deploy({
          profileName: options.profile,
          profile,
          docker,
          moveState: options.moveState,
          listener: deploymentProgress(),
          agree: async (planned) => {
            const report = diffReport(planned);
            for (const line of [...planLines(report), planSummary(report)]) progressLine(line);
            return options.yes ?? confirm(`Deploy profile ${profile.name}?`);
          },
        });
        if (deployed === undefined) {
          progressLine('nothing was changed');
          return Exit.failed;
        }
        const { services, seconds } = deployed;
        if (options.json) printJson({ profile: profile.name, seconds, services });
        else process.stdout.write(`${serviceTable(deployed)}\n`);
        progressLine(`deployed in ${seconds.toFixed(1)} s; every container is healthy`);
        return Exit.fine;
      }),
    );
};
