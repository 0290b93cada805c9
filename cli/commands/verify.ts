import { writeFileSync } from 'node:fs';
import { loadProfile } from '@nautilus/config';
import { requireEngine } from '@nautilus/operations/docker';
import { localPaths } from '@nautilus/operations/local';
import { requireDeployed } from '@nautilus/operations/terraform';
import {
  dockerPlatform,
  junit,
  localMode,
  type Platform,
  type Verification,
  verification,
  verify,
} from '@nautilus/operations/verify';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { printJson } from '../output/json';
import { verificationText } from '../output/verification';
import { textWidth } from '../output/wrap';

interface VerifyOptions {
  readonly profile: string;
  readonly local?: boolean;
  readonly only?: readonly string[];
  readonly orders: boolean;
  readonly json?: boolean;
  readonly junit?: string;
}

const exits: Readonly<Record<Verification['verdict'], number>> = {
  green: Exit.fine,
  red: Exit.differs,
  unknown: Exit.failed,
};

async function runningPlatform({ profile: name, local }: VerifyOptions): Promise<Platform> {
  const profile = loadProfile(name);
  if (local) return localMode(profile, localPaths());
  const { manifest } = requireDeployed(profile);
  return dockerPlatform(await requireEngine(profile.docker), profile, manifest);
}

async function run(options: VerifyOptions): Promise<number> {
  const platform = await runningPlatform(options);
  const at = new Date();
  const start = performance.now();
  const results = await verify({ platform, only: options.only, withoutOrders: !options.orders });
  const seconds = Math.round(performance.now() - start) / 1000;
  const done = verification({ profile: platform.profile.name, mode: platform.mode }, results, { at, seconds });
  if (options.json) printJson(done);
  else process.stdout.write(`${verificationText(done, textWidth())}\n`);
  // Last: a file that cannot be written takes nothing away from who reads.
  if (options.junit !== undefined) writeFileSync(options.junit, junit(done));
  return exits[done.verdict];
}

/** `nautilus verify`: everything that the requirements verify, asked of the running platform. */
export const registerVerify: Register = (program, action) => {
  program
    .command('verify')
    .description('does the running platform do what is required? exit code 0: yes; 2: no; 1: not all could be read')
    .addOption(profileOption())
    .option('--local', 'the platform of `nautilus local up` instead of the one in Docker')
    .option('--only <names...>', 'these checks, or all of these subjects: oms/health, trading')
    .option('--no-orders', 'enter no order: what trading does is not verified then')
    .option('--junit <file>', 'write the result as JUnit XML, too')
    .option('--json', 'stable JSON')
    .addHelpText(
      'after',
      '\nOne share is bought and sold again, each at once or not at all.\n\nExamples:\n  nautilus verify --profile ci --junit verify.xml\n  nautilus verify --local --only trading\n',
    )
    .action(action(run));
};
