import { loadProfile } from '@nautilus/config';
import { requireEngine } from '@nautilus/operations/docker';
import {
  declaredPlatform,
  installCertificate,
  type ListedSecret,
  listSecrets,
  readSecret,
  rotateSecrets,
} from '@nautilus/operations/secrets';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { confirm, requireSomebodyToAsk } from '../output/confirm';
import { printJson } from '../output/json';
import { progressLine } from '../output/progress';
import { table } from '../output/table';

interface WithProfile {
  readonly profile: string;
}

const DAY_MS = 86_400_000;

const days = (from: number, to: number) => {
  const count = Math.floor((to - from) / DAY_MS);
  return `${count} day${count === 1 ? '' : 's'}`;
};

/** The deployed platform of a profile, and the engine that it is on. */
async function deployed(options: WithProfile) {
  const profile = loadProfile(options.profile);
  const docker = await requireEngine(profile.docker);
  return { profile, docker, manifest: await declaredPlatform(options.profile, profile) };
}

function secretTable(secrets: readonly ListedSecret[], now: number): string {
  const rows = secrets.map(({ file, service, readers, present, changedAt, expiresAt, rotating }) => [
    file,
    service,
    readers.join(', ') || 'people',
    present && changedAt !== undefined ? days(Date.parse(changedAt), now) : 'missing',
    [
      ...(expiresAt === undefined ? [] : [`valid for ${days(now, Date.parse(expiresAt))}`]),
      ...(rotating ? ['rotation not finished'] : []),
    ].join(', '),
  ]);
  return table(rows, ['secret', 'of', 'read by', 'age', '']);
}

async function list(options: WithProfile & { json?: boolean }): Promise<number> {
  const { profile, docker, manifest } = await deployed(options);
  const secrets = await listSecrets(docker, manifest);
  if (options.json) printJson({ profile: profile.name, secrets });
  else process.stdout.write(`${secretTable(secrets, Date.now())}\n`);
  return secrets.every(({ present }) => present) ? Exit.fine : Exit.failed;
}

async function rotate(service: string, options: WithProfile & { yes?: boolean }): Promise<number> {
  requireSomebodyToAsk('nautilus secrets rotate', options.yes ?? false);
  const { profile, docker, manifest } = await deployed(options);
  if (!options.yes && !(await confirm(`Make new secrets for ${service} of profile ${profile.name}?`))) {
    progressLine('nothing was changed');
    return Exit.failed;
  }
  const { files, reloaded } = await rotateSecrets({
    docker,
    manifest,
    service,
    listener: ({ step, files: concerned }) => {
      if (step === 'accepted') progressLine(`${concerned.join(', ')}: new value in force`);
    },
  });
  const took = reloaded.length === 0 ? 'nothing was started again' : `${reloaded.join(', ')} took it`;
  progressLine(`rotated ${files.length === 1 ? '1 secret' : `${files.length} secrets`} of ${service}; ${took}`);
  return Exit.fine;
}

async function certificate(file: string, key: string, options: WithProfile): Promise<number> {
  const { docker, manifest } = await deployed(options);
  const told = await installCertificate({ docker, manifest, certificate: file, key });
  progressLine(
    told.length === 0
      ? 'the certificate is in its volume; the gateway reads it when it starts'
      : `the certificate is in its volume, and ${told.join(', ')} took it`,
  );
  return Exit.fine;
}

async function read(file: string, options: WithProfile & { output: string }): Promise<number> {
  const { docker, manifest } = await deployed(options);
  await readSecret(docker, manifest, file, options.output);
  progressLine(`wrote ${file} to ${options.output}, readable for you only`);
  return Exit.fine;
}

/** `nautilus secrets`: the passwords and certificates of a deployed platform; no value ever comes to the screen. */
export const registerSecrets: Register = (program, action) => {
  const secrets = program.command('secrets').description('passwords and certificates of a deployed platform');
  secrets
    .command('list')
    .addOption(profileOption())
    .description('every secret: whom it guards, who reads it, how old it is; never a value')
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus secrets list --profile ci\n')
    .action(action(list));
  secrets
    .command('rotate <service>')
    .addOption(profileOption())
    .description('new secrets for one service, while everything else goes on')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  nautilus secrets rotate postgres --profile ci --yes\n')
    .action(action(rotate));
  secrets
    .command('certificate <certificate> <key>')
    .addOption(profileOption())
    .description("your own certificate for the gateway (gateway.certificate: own): PEM files, the server's first")
    .addHelpText('after', '\nExample:\n  nautilus secrets certificate fullchain.pem privkey.pem --profile laptop\n')
    .action(action(certificate));
  secrets
    .command('read <file>')
    .addOption(profileOption())
    .description('write one secret into a new file that only you can read')
    .requiredOption('--output <path>', 'where to; an existing file is left alone')
    .addHelpText(
      'after',
      '\nExample:\n  nautilus secrets read gateway-trader-password --output ~/trader-password --profile laptop\n',
    )
    .action(action(read));
};
