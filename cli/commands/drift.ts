import { profileArgument } from '@nautilus/config';
import {
  keepReport,
  type Layer,
  type LookProps,
  layers,
  look,
  type Report,
  watch,
  writeTextfile,
} from '@nautilus/operations/drift';
import { InvalidArgumentError } from 'commander';
import { Exit, type Register } from '../command';
import { profileOption, wholeNumber } from '../option';
import { driftSummary, driftTable, driftText } from '../output/drift';
import { printJson } from '../output/json';
import { LiveBlock } from '../output/progress';
import { textWidth } from '../output/wrap';
import { type LookOptions, lookProps } from './drift-look';
import { registerDriftRepair } from './drift-repair';

interface DriftOptions extends LookOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly interval: number;
  readonly textfile?: string;
}

const exits: Readonly<Record<Report['verdict'], number>> = {
  clean: Exit.fine,
  drift: Exit.differs,
  unknown: Exit.failed,
};

/** `docker,settings` or the option given twice. */
function layerList(text: string, before: readonly Layer[] = []): readonly Layer[] {
  const named = text.split(',').map((name) => name.trim());
  const wrong = named.find((name) => !(layers as readonly string[]).includes(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none; allowed: ${layers.join(', ')}`);
  return layers.filter((layer) => named.includes(layer) || before.includes(layer));
}

/** A look at a part is not kept: a dry run of the repair must know everything. */
const isWhole = ({ layers: chosen = layers, service, declared }: LookProps) =>
  service === undefined && declared.deployedAt !== undefined && chosen.length === layers.length;

async function drift(options: DriftOptions): Promise<number> {
  const props = await lookProps(options);
  const done = (report: Report) => {
    if (options.textfile !== undefined) writeTextfile(options.textfile, report);
    if (isWhole(props)) keepReport(report);
  };
  if (options.watch) return watching(props, options, done);
  const report = await look(props);
  if (options.json) printJson(report);
  else
    process.stdout.write(
      `${driftText(report, { width: textWidth(), profile: profileArgument(props.declared.manifest.profile) })}\n`,
    );
  done(report);
  return exits[report.verdict];
}

/** Until Ctrl-C; the exit code is that of the last look. */
async function watching(props: LookProps, options: DriftOptions, done: (report: Report) => void): Promise<number> {
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort()).once('SIGTERM', () => ending.abort());
  const block = new LiveBlock();
  let last: Report | undefined;
  await watch({
    ...props,
    intervalMs: options.interval * 1000,
    signal: ending.signal,
    onReport: (report) => {
      last = report;
      if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else {
        block.clear();
        block.draw(driftTable(report, process.stdout), driftSummary(report));
      }
      done(report);
    },
  });
  return last === undefined ? Exit.failed : exits[last.verdict];
}

/** `nautilus drift`: is what runs what was declared? */
export const registerDrift: Register = (program, action) => {
  const command = program
    .command('drift')
    .description('is what runs what was deployed? exit code 0: yes; 2: no; 1: not all could be read')
    .addOption(profileOption())
    .option('--layer <names>', `look here alone: ${layers.join(', ')}`, layerList)
    .option('--service <name>', 'look at this service alone')
    .option('--declaration <folder>', 'compare with what was synthesized into this folder (cdktf.out)')
    .option('--watch', 'look again and again, at once when something changes; Ctrl-C ends')
    .option('--interval <seconds>', 'of --watch when nothing happens', wholeNumber(1, 3600), 10)
    .option('--textfile <file>', "write the result for Prometheus' textfile collector")
    .option('--json', 'stable JSON, with --watch one report a line')
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus drift --profile ci\n  nautilus drift --profile ci --layer docker,settings --json\n  nautilus drift --profile ci --watch\n',
    )
    .action(action(drift));
  registerDriftRepair(command, action);
};
