import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NautilusError } from '@nautilus/config';
import { Exit, type Register } from '../command';
import { askEngine, engineAddresses, queryOf } from '../engines';
import { type LookOptions, lookCommand, show } from '../look';
import { type Column, fittingTable } from '../output/fitting-table';

interface Break {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly account: string;
  readonly subject: string;
  readonly ours: number | null;
  readonly theirs: number | null;
  readonly state: string;
  readonly since: string;
  readonly age: number;
  readonly note: string | null;
}

interface Options extends LookOptions {
  readonly custodian: string;
  readonly account?: string;
  readonly state?: string;
  readonly explain?: string;
  readonly note?: string;
}

const figure = (value: number | null) => value?.toLocaleString('en-US', { maximumFractionDigits: 4 });

const columns: readonly Column<Break>[] = [
  { head: 'break', cell: ({ id }) => id },
  { head: 'source', cell: ({ source }) => source, spare: 3 },
  { head: 'kind', cell: ({ kind }) => kind },
  { head: 'account', cell: ({ account }) => account },
  { head: 'about', cell: ({ subject }) => subject },
  { head: 'ours', cell: ({ ours }) => figure(ours), right: true },
  { head: 'theirs', cell: ({ theirs }) => figure(theirs), right: true },
  { head: 'state', cell: ({ state }) => state },
  { head: 'since', cell: ({ since }) => since, spare: 1 },
  { head: 'age', cell: ({ age }) => age, right: true, spare: 2 },
  { head: 'note', cell: ({ note }) => note, spare: 4 },
];

const text = ({ breaks }: { readonly breaks: readonly Break[] }, width: number): string =>
  breaks.length === 0 ? 'no breaks' : fittingTable(breaks, columns, width);

/** Somebody has to look at those that nobody has explained. */
const exit = ({ breaks }: { readonly breaks: readonly Break[] }): number =>
  breaks.some(({ state }) => state === 'open' || state === 'aged') ? Exit.differs : Exit.fine;

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_STATEMENT_UNREADABLE',
      message: `cannot read the custodian’s file ${file}: ${(cause as Error).message}`,
      fix: 'name a CSV file with the columns account,symbol,currency,quantity,as_of,settled',
      cause,
    });
  }
}

/** The same file twice is the same statement. */
const statementId = (file: string, content: string): string =>
  `${path.basename(file).slice(0, 40)}-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;

const sent = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

async function reconcile(file: string | undefined, options: Options): Promise<number> {
  const base = `${engineAddresses(options.profile, 'pms').get('pms')}/api/v1/reconciliation`;
  const { custodian, account, state, explain, note } = options;
  if (explain !== undefined && note === undefined)
    throw new NautilusError({
      code: 'NAUT_BREAK_NOTE_MISSING',
      message: `--explain ${explain} says nothing about why the break is there`,
      fix: `add --note 'the trade of 12:01 settles a day later at the custodian'`,
    });
  if (explain !== undefined) await askEngine('pms', `${base}/explanations`, sent({ break: explain, note }));
  if (file !== undefined) {
    const content = contentOf(file);
    await askEngine('pms', `${base}/statements`, sent({ id: statementId(file, content), custodian, content }));
  }
  const query = queryOf({ account, state, source: file === undefined ? undefined : custodian });
  return show(options, () => askEngine<{ breaks: readonly Break[] }>('pms', `${base}/breaks?${query}`), text, exit);
}

/** `nautilus reconcile [FILE]`. */
export const registerReconcile: Register = (program, action) => {
  lookCommand(
    program
      .command('reconcile')
      .description('breaks between the books and custodians or fills; exit code 2 while some are unexplained')
      .argument('[file]', 'compare with this custodian’s file (CSV) first')
      .option('--custodian <name>', 'whose file it is', 'custodian')
      .option('--account <name>', 'of this account')
      .option('--state <state>', 'open, aged, explained or resolved; without it all that are not resolved')
      .option('--explain <break>', 'a break that is understood: it no longer asks for anybody')
      .option('--note <text>', 'why it is there'),
  )
    .addHelpText(
      'after',
      "\nExamples:\n  nautilus reconcile statement.csv --custodian northern\n  nautilus reconcile --explain B7 --note 'settles tomorrow'\n  nautilus reconcile --json\n",
    )
    .action(action(reconcile));
};
