import { loadProfile } from '@nautilus/config';
import { requireEngine } from '@nautilus/operations/docker';
import { readLive } from '@nautilus/operations/live';
import { deployable } from '@nautilus/operations/terraform';
import { declared, explainSettings, tuningReference } from '@nautilus/operations/tune';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { liveText } from '../output/live';
import { tuningText } from '../output/tuning';
import { textWidth } from '../output/wrap';

interface ExplainOptions {
  readonly profile: string;
  readonly service?: string;
  readonly json?: boolean;
}

async function explain({ profile, service, json }: ExplainOptions): Promise<number> {
  const manifest = await declared(profile);
  const settings = explainSettings(manifest, { service });
  const text = json
    ? JSON.stringify({ profile: manifest.profile.name, settings }, null, 2)
    : tuningText(settings, textWidth());
  process.stdout.write(`${text}\n`);
  return Exit.fine;
}

/** Exit code 0: all as declared; 2: something differs; 1: something could not be read, which is no proof of either. */
async function live({ profile, service, json }: ExplainOptions): Promise<number> {
  const wanted = loadProfile(profile);
  const docker = await requireEngine(wanted.docker);
  const { without } = await deployable(profile, wanted, docker, (text) => void process.stderr.write(`${text}\n`));
  const manifest = await declared(profile, without);
  const readings = await readLive(docker, manifest, { service });
  process.stdout.write(
    `${json ? JSON.stringify({ profile: manifest.profile.name, readings }, null, 2) : liveText(readings)}\n`,
  );
  if (readings.some(({ verdict }) => verdict === 'differs')) return Exit.differs;
  return readings.some(({ verdict }) => verdict === 'unread') ? Exit.failed : Exit.fine;
}

/** `nautilus tune`: what every server is set to, and why. */
export const registerTune: Register = (program, action) => {
  const tune = program.command('tune').description('what every server is set to, and why');
  tune
    .command('explain')
    .description('each setting with its value, reason and source, and what the requirements ask for where it differs')
    .addOption(profileOption())
    .option('--service <name>', 'of this service alone')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus tune explain --profile m4-max-128gb --service postgres\n')
    .action(action(explain));
  tune
    .command('live')
    .description(
      'each setting beside what the running server says: exit code 0 all as declared, 2 something differs, 1 unread',
    )
    .addOption(profileOption())
    .option('--service <name>', 'of this service alone')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus tune live --profile ci\n')
    .action(action(live));
  tune
    .command('reference')
    .description('every setting of a profile, as the page docs/reference/tuning.md')
    .addOption(profileOption('m4-max-128gb'))
    .addHelpText('after', '\nExample:\n  nautilus tune reference > docs/reference/tuning.md\n')
    .action(
      action(async ({ profile }: { readonly profile: string }) => {
        process.stdout.write(tuningReference(await declared(profile)));
        return Exit.fine;
      }),
    );
};
