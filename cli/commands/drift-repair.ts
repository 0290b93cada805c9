import { loadProfile, NautilusError, profileArgument } from '@nautilus/config';
import { requireReader } from '@nautilus/operations/docker';
import {
  carryOut,
  chosen,
  keepReport,
  lastReport,
  look,
  planRepair,
  type Report,
  rehearse,
  type StepResult,
  settled,
} from '@nautilus/operations/drift';
import { requireDeployed } from '@nautilus/operations/terraform';
import type { Command } from 'commander';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { confirm, requireSomebodyToAsk } from '../output/confirm';
import { errorText } from '../output/error';
import { progressLine } from '../output/progress';
import { ago, repairLines, resultLine } from '../output/repair';
import { lookProps } from './drift-look';

interface RepairOptions {
  readonly profile: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

function tellUnread({ layers }: Report): void {
  for (const { layer, unread } of layers)
    for (const { what, reason } of unread) progressLine(`not read: ${layer}, ${what}: ${reason}`);
}

/**
 * What the last look found, and what a repair would do about it. Settings can be read only by a program in the container,
 * which takes more than GET: so nobody looks anew. Exit code 0: nothing differs; 2: something does; 1: a step cannot be done.
 */
async function rehearsal(ids: readonly string[], { profile: name }: RepairOptions): Promise<number> {
  const profile = loadProfile(name);
  const { manifest, deployedAt = '' } = requireDeployed(profile);
  const report = lastReport(profile);
  const lookAnew = `nautilus drift --profile ${profileArgument(profile)}`;
  if (report.lookedAt < deployedAt)
    throw new NautilusError({
      code: 'NAUT_LOOK_OUTDATED',
      message: `profile ${profile.name} was deployed after the last look for drift`,
      fix: `run \`${lookAnew}\` first`,
    });
  progressLine(
    `as the last look found it ${ago(Date.now() - Date.parse(report.lookedAt))}; \`${lookAnew}\` looks anew`,
  );
  tellUnread(report);
  const plan = planRepair(chosen(report.findings, ids), manifest);
  for (const line of repairLines(plan)) print(line);
  if (plan.steps.length > 0) print('');
  const results = await rehearse(await requireReader(profile.docker), manifest, plan, (result) =>
    print(resultLine(result)),
  );
  if (report.findings.length === 0) print(`nothing to repair: nothing differed from what was deployed`);
  else print('nothing was changed');
  if (results.some(isUndone)) return Exit.failed;
  return report.findings.length > 0 ? Exit.differs : Exit.fine;
}

const isUndone = ({ outcome }: StepResult) => outcome === 'failed' || outcome === 'refused';

/** Exit code 0: what was chosen is as declared now; 2: some of it still differs; 1: a step failed, or not all could be read. */
async function repair(ids: readonly string[], options: RepairOptions): Promise<number> {
  requireSomebodyToAsk('nautilus drift repair', options.yes ?? false, 'nautilus drift repair --dry-run');
  const props = await lookProps({ profile: options.profile });
  const { docker } = props;
  const { manifest } = props.declared;
  const lookAnew = async () => {
    const report = await look(props);
    keepReport(report);
    tellUnread(report);
    return report;
  };

  const report = await lookAnew();
  const plan = planRepair(chosen(report.findings, ids), manifest);
  for (const line of repairLines(plan)) print(line);
  if (plan.steps.length === 0) {
    if (report.verdict === 'clean') print(`nothing to repair: ${report.profile} is as it was deployed`);
    return report.verdict === 'unknown' ? Exit.failed : plan.others.length > 0 ? Exit.differs : Exit.fine;
  }
  if (!options.yes && !(await confirm(`Do this to profile ${report.profile}?`))) {
    progressLine('nothing was changed');
    return Exit.failed;
  }

  const results = await carryOut(docker, manifest, plan, (result) => print(resultLine(result)));
  await settled(docker, manifest, results, progressLine).catch((error) => progressLine(errorText(error)));

  const after = await lookAnew();
  const wanted = new Set([...plan.steps.flatMap(({ findings }) => findings), ...plan.others].map(({ id }) => id));
  const left = after.findings.filter(({ id }) => wanted.has(id));
  const fresh = after.findings.filter(({ id }) => !report.findings.some((known) => known.id === id));
  print(`${wanted.size - left.length} of ${wanted.size} put right`);
  for (const { id, live } of left) print(`still differs: ${id}: ${live}`);
  for (const { id, live } of fresh) print(`differs now: ${id}: ${live}`);
  if (results.some(isUndone) || after.layers.some(({ unread }) => unread.length > 0)) return Exit.failed;
  return left.length + fresh.length > 0 ? Exit.differs : Exit.fine;
}

/** `nautilus drift repair`: puts right what takes no other container. */
export const registerDriftRepair: Register = (drift, action) => {
  // Options after the word are its own.
  drift.enablePositionalOptions();
  drift
    .command('repair [findings...]')
    .description('put right what takes no other container; the rest names its command')
    .addOption(profileOption())
    .option('--dry-run', 'what the last look found, and what would be done about it: sends nothing but GET to Docker')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus drift repair --profile ci --dry-run\n  nautilus drift repair risk/memory postgres/work_mem --profile ci --yes\n',
    )
    .action(
      action(async (ids: string[], options: RepairOptions, command: Command) => {
        const misplaced = drift.options.find((option) => drift.getOptionValueSource(option.attributeName()) === 'cli');
        if (misplaced)
          command.error(`${misplaced.long} goes after the word: nautilus drift repair ${misplaced.long} …`);
        return options.dryRun ? rehearsal(ids, options) : repair(ids, options);
      }),
    );
};
