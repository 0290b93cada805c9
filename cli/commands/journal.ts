import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NautilusError } from '@nautilus/config';
import type { JournalKeys, JournalPlace, RecordRange, RepairPlan, Verification } from '@nautilus/core/journal';
import { localPaths } from '@nautilus/operations/local';
import type { Command } from 'commander';
import { Exit, type Register } from '../command';
import { wholeNumber } from '../option';
import { confirm, requireSomebodyToAsk } from '../output/confirm';
import { printJson } from '../output/json';
import { progressLine } from '../output/progress';
import { table } from '../output/table';

/** Only when it is needed: it loads the native binding, which `doctor` must be able to find missing. */
const library = () => import('@nautilus/core/journal');

const isDirectory = (place: string): boolean => statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A data folder by its path, or by the name of an engine that runs, or ran, in local mode. */
function dataFolder(where: string): string {
  const ofEngine = /^[a-z][a-z0-9-]*$/.test(where) ? localPaths().data(where) : undefined;
  const found = [ofEngine, path.resolve(where)].find((one) => one !== undefined && isDirectory(one));
  if (found !== undefined) return found;
  throw new NautilusError({
    code: 'NAUT_JOURNAL_MISSING',
    message: `"${where}" is neither a folder nor an engine with data in local mode`,
    details: ofEngine === undefined ? [] : [`looked for ${ofEngine}`],
    fix: 'name the data directory, or an engine: `nautilus local status` lists them',
  });
}

/** The journals of a folder, or the one that was asked for. @throws NautilusError NAUT_JOURNAL_MISSING */
async function journalsIn(where: string, wanted?: string): Promise<readonly JournalPlace[]> {
  const { journalNames } = await library();
  const directory = dataFolder(where);
  const names = journalNames(directory);
  const chosen = names.filter((name) => wanted === undefined || name === wanted);
  if (chosen.length > 0) return chosen.map((name) => ({ directory, name }));
  throw new NautilusError({
    code: 'NAUT_JOURNAL_MISSING',
    message: `there is no journal${wanted === undefined ? '' : ` "${wanted}"`} in ${directory}`,
    details: names.length > 0 ? [`there are: ${names.join(', ')}`] : [],
    fix: 'name the data directory of the engine that wrote it',
  });
}

/** @throws NautilusError NAUT_JOURNAL_AMBIGUOUS */
async function oneJournalIn(where: string, wanted?: string): Promise<JournalPlace> {
  const [place, ...others] = await journalsIn(where, wanted);
  if (place !== undefined && others.length === 0) return place;
  throw new NautilusError({
    code: 'NAUT_JOURNAL_AMBIGUOUS',
    message: `there are several journals in ${place?.directory}: ${[place, ...others].map((one) => one?.name).join(', ')}`,
    fix: 'say which with --name',
  });
}

/** The keys of an encrypted journal. @throws JournalError NAUT_JOURNAL_KEY */
async function keysOf(file?: string): Promise<JournalKeys | undefined> {
  return file === undefined ? undefined : (await library()).readKeyFile(file);
}

/** Verifies while nobody writes. */
async function lookAt(place: JournalPlace, keyFile?: string): Promise<Verification> {
  const { whileLocked, verifyJournal } = await library();
  const keys = await keysOf(keyFile);
  return whileLocked(place, () => verifyJournal(place, keys));
}

/**
 * Lets `read` print lines of a journal, of one that is being written too: what is half written when it is read looks damaged, and is
 * looked at again as long as nothing was printed.
 */
async function whileReadable<T>(place: JournalPlace, read: (print: (line: object) => void) => T): Promise<T> {
  const { whileLocked } = await library();
  let printed = false;
  const print = (line: object) => {
    printed = true;
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  try {
    return await whileLocked(place, () => read(print));
  } catch (error) {
    if (codeOf(error) !== 'NAUT_JOURNAL_BUSY') throw error;
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return read(print);
    } catch (error) {
      if (printed || attempt === 5 || codeOf(error) !== 'NAUT_JOURNAL_CORRUPT') throw error;
    }
    await delay(20);
  }
}

const codeOf = (error: unknown) => (error as { code?: string }).code;

const isWhole = ({ findings }: Verification): boolean => findings.every(({ kind }) => kind === 'torn');

function printVerification({ place, segments, snapshots, findings, records, durable }: Verification): void {
  const rows = segments.map(({ file, first, last, records: count, bytes, keyId }) => [
    path.basename(file),
    count === 0 ? '–' : `${first}–${last}`,
    count,
    bytes,
    keyId || '–',
  ]);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  print(`journal ${place.name} in ${place.directory}`);
  print(table(rows, ['segment', 'records', 'readable', 'bytes', 'key'], { right: [2, 3] }));
  for (const { file, whole } of snapshots) print(`snapshot ${path.basename(file)}: ${whole ? 'whole' : 'damaged'}`);
  for (const { kind, message } of findings) print(`${kind}: ${message}`);
  const verdict = findings.some(({ kind }) => kind !== 'torn') ? 'not as it was written' : 'as it was written';
  print(`${records} records, durable up to ${durable}: ${verdict}`);
}

async function verify(where: string, options: { name?: string; keys?: string; json?: boolean }): Promise<number> {
  const results: Verification[] = [];
  for (const place of await journalsIn(where, options.name)) results.push(await lookAt(place, options.keys));
  if (options.json) {
    printJson({
      journals: results.map(({ place, ...rest }) => ({ ...place, whole: isWhole({ place, ...rest }), ...rest })),
    });
  } else for (const result of results) printVerification(result);
  return results.every(isWhole) ? Exit.fine : Exit.differs;
}

/** How the records of a journal are read: by its name, for the layouts are the engines'. */
async function decoderOf(name: string): Promise<(data: Uint8Array, record: number) => object & { kind: string }> {
  if (name === 'orders') {
    const { describeRecord } = await import('@nautilus/oms/replay');
    return describeRecord;
  }
  if (name === 'books') {
    const { describeRecord } = await import('@nautilus/pms/records');
    return describeRecord;
  }
  return (data) => ({ kind: 'bytes', hex: Buffer.from(data).toString('hex') });
}

interface ShowOptions {
  readonly name?: string;
  readonly keys?: string;
  readonly from?: number;
  readonly to?: number;
  readonly type?: string;
  readonly order?: number;
}

/** Why an order is as it is: a line for each record that touched it. @throws NautilusError NAUT_JOURNAL_ORDER */
async function showOrder(place: JournalPlace, order: number, keyFile?: string): Promise<number> {
  const { directory, name } = place;
  const { orderHistory } = await import('@nautilus/oms/replay');
  const isThere = await whileReadable(
    place,
    (print) => name === 'orders' && orderHistory(directory, order, print, keyFile),
  );
  if (isThere) return Exit.fine;
  throw new NautilusError({
    code: 'NAUT_JOURNAL_ORDER',
    message: `journal ${name} in ${directory} knows no order ${order}`,
    fix: "name the order system's data directory, and an order number: `nautilus journal show oms --type order` lists them",
  });
}

async function show(where: string, { name, keys: keyFile, from, to, type, order }: ShowOptions): Promise<number> {
  const { readJournal } = await library();
  const place = await oneJournalIn(where, name ?? (order === undefined ? undefined : 'orders'));
  if (order !== undefined) return showOrder(place, order, keyFile);
  const decode = await decoderOf(place.name);
  const keys = await keysOf(keyFile);
  await whileReadable(place, (print) =>
    readJournal(
      place,
      (record, data) => {
        const decoded = decode(data, record);
        if (type === undefined || decoded.kind === type) print({ record, ...decoded });
      },
      { from: from ?? 'oldest', to, keys },
    ),
  );
  return Exit.fine;
}

const span = ({ from, to }: RecordRange): string => (from === to ? `record ${from}` : `records ${from} to ${to}`);

/** What a repair does and costs, a line each. */
function planLines(plan: RepairPlan): string[] {
  const { findings, keeps, lost, lostButReadable, lossUnknown, history, snapshot, cut, aside, segments } = plan;
  const rewritten = segments.filter(({ action }) => action !== 'keep').map(({ file }) => path.basename(file));
  return [
    ...findings.map(({ message }) => `found: ${message}`),
    ...(cut
      ? [
          `cuts ${cut.bytes} bytes off ${path.basename(cut.file)} at byte ${cut.byte}: nothing that was reported durable`,
        ]
      : []),
    ...(aside.length > 0 ? [`moves aside, unchanged: ${aside.map((file) => path.basename(file)).join(', ')}`] : []),
    ...(rewritten.length > 0 ? [`writes anew from what is readable: ${rewritten.join(', ')}`] : []),
    keeps
      ? `keeps ${span(keeps)}${snapshot > 0 ? `, after the snapshot of record ${snapshot}` : ''}`
      : snapshot > 0
        ? `keeps the snapshot of record ${snapshot}`
        : 'keeps no record: the journal begins anew',
    ...(history ? [`can no longer be replayed, their effect is in the snapshot: ${span(history)}`] : []),
    lost
      ? `LOST: ${span(lost)}, all of which had been durable${lostButReadable > 0 ? `; ${lostButReadable} of them are readable in what is moved aside` : ''}`
      : 'lost: nothing that is known to have been durable',
    ...(lossUnknown ? ['LOST besides: a number of records that nobody knows'] : []),
  ];
}

async function repair(
  where: string,
  options: { name?: string; keys?: string; yes?: boolean; json?: boolean },
): Promise<number> {
  const { whileLocked, planRepair, carryOut, changesAnything } = await library();
  requireSomebodyToAsk('nautilus journal repair', options.yes === true, `nautilus journal verify ${where}`);
  const place = await oneJournalIn(where, options.name);
  const keys = await keysOf(options.keys);
  return whileLocked(place, async () => {
    const plan = planRepair(place, keys);
    if (!changesAnything(plan)) {
      progressLine(`nothing to repair: journal ${place.name} is as it was written`);
      return Exit.fine;
    }
    for (const line of planLines(plan)) progressLine(line);
    if (options.yes !== true && !(await confirm(`Do this to journal ${place.name} in ${place.directory}?`))) {
      progressLine('nothing was changed');
      return Exit.failed;
    }
    const { aside } = carryOut(plan);
    if (options.json) {
      const { findings, keeps = null, lost = null, lostButReadable, lossUnknown, history = null, snapshot } = plan;
      printJson({
        ...place,
        findings,
        keeps,
        snapshot,
        lost,
        lostButReadable,
        lossUnknown,
        history,
        aside: aside ?? null,
      });
    } else if (aside !== undefined) progressLine(`moved aside into ${aside}`);
    progressLine(`journal ${place.name} can be opened again`);
    return Exit.fine;
  });
}

const number = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const folder = ['<where>', 'data directory, or the name of an engine in local mode'] as const;

const sharedOptions = (command: Command): Command =>
  command
    .option('--name <journal>', 'which journal of the folder')
    .option('--keys <file>', 'key file of an encrypted journal');

/** `nautilus journal`: looks into the journals of stopped engines, and puts damaged ones into order. */
export const registerJournal: Register = (program, action) => {
  const journal = program
    .command('journal')
    .description("show an engine's journal; verify or repair it while the engine is stopped");
  sharedOptions(
    journal
      .command('verify')
      .description('read every byte: 0 as it was written, 2 not')
      .argument(...folder),
  )
    .option('--json', 'stable JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus journal verify oms\n  nautilus journal verify .nautilus/local/data/oms --json\n',
    )
    .action(action(verify));
  sharedOptions(
    journal
      .command('show')
      .description('the records, a line of JSON each')
      .argument(...folder),
  )
    .option('--from <record>', 'first record', number)
    .option('--to <record>', 'last record', number)
    .option('--type <type>', 'only records of this type, e.g. order, refusal, change, report, execution')
    .option('--order <number>', 'each record that touched an order, and the order before and after it', number)
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus journal show oms --from 1 --to 20 --type order\n  nautilus journal show oms --order 17\n',
    )
    .action(action(show));
  sharedOptions(
    journal
      .command('repair')
      .description('cut a torn tail, move damage aside and say what is lost')
      .argument(...folder),
  )
    .option('--yes', 'do not ask')
    .option('--json', 'stable JSON of what was done')
    .addHelpText('after', '\nExample:\n  nautilus journal verify oms\n  nautilus journal repair oms\n')
    .action(action(repair));
};
