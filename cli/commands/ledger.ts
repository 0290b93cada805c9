import { Option } from 'commander';
import type { Register } from '../command';
import { askEngine, engineAddresses, queryOf } from '../engines';
import { type LookOptions, lookCommand, show } from '../look';
import { wholeNumber } from '../option';
import { amount, type Column, fittingTable } from '../output/fitting-table';

interface Balance {
  readonly account: string;
  readonly currency: string;
  readonly book: string;
  readonly balance: number;
}

interface Trial {
  readonly day: string;
  readonly imbalance: number;
  readonly balances: readonly Balance[];
}

interface Line {
  readonly line: number;
  readonly record: number;
  readonly day: string;
  readonly account: string;
  readonly currency: string;
  readonly book: string;
  readonly amount: number;
  readonly symbol: string | null;
  readonly due: string | null;
}

interface Options extends LookOptions {
  readonly account?: string;
  readonly entries?: boolean;
  readonly limit: number;
}

const debit = (value: number) => (value > 0 ? amount(value) : '');
const credit = (value: number) => (value < 0 ? amount(-value) : '');

const balances: readonly Column<Balance>[] = [
  { head: 'account', cell: ({ account }) => account },
  { head: 'book', cell: ({ book }) => book },
  { head: 'debit', cell: ({ balance }) => debit(balance), right: true },
  { head: 'credit', cell: ({ balance }) => credit(balance), right: true },
  { head: '', cell: ({ currency }) => currency },
];

const lines: readonly Column<Line>[] = [
  { head: 'record', cell: ({ record }) => record, right: true },
  { head: 'day', cell: ({ day }) => day },
  { head: 'account', cell: ({ account }) => account },
  { head: 'book', cell: ({ book }) => book },
  { head: 'symbol', cell: ({ symbol }) => symbol, spare: 1 },
  { head: 'due', cell: ({ due }) => due, spare: 2 },
  { head: 'debit', cell: (line) => debit(line.amount), right: true },
  { head: 'credit', cell: (line) => credit(line.amount), right: true },
  { head: '', cell: ({ currency }) => currency },
];

const ofAccount =
  (wanted?: string) =>
  ({ account }: { readonly account: string }): boolean =>
    wanted === undefined || account === wanted;

async function ledger(options: Options): Promise<number> {
  const base = engineAddresses(options.profile, 'pms').get('pms')!;
  const { account, limit } = options;
  if (options.entries) {
    const query = queryOf({ limit, account });
    return show(
      options,
      () => askEngine<{ lines: readonly Line[] }>('pms', `${base}/api/v1/ledger/entries?${query}`),
      ({ lines: found }, width) => (found.length === 0 ? 'nothing is booked' : fittingTable(found, lines, width)),
    );
  }
  return show(
    options,
    async () => {
      const trial = await askEngine<Trial>('pms', `${base}/api/v1/ledger`);
      return { ...trial, balances: trial.balances.filter(ofAccount(account)) };
    },
    ({ day, imbalance, balances: found }, width) =>
      [
        ...(found.length === 0 ? [] : [fittingTable(found, balances, width), '']),
        `${day}: ${imbalance === 0 ? 'debits and credits are equal' : `debits less credits are ${amount(imbalance)}: NOT BALANCED`}`,
      ].join('\n'),
  );
}

/** `nautilus ledger`. */
export const registerLedger: Register = (program, action) => {
  lookCommand(
    program
      .command('ledger')
      .description('the trial balance of the running platform’s books, or the lines of their entries')
      .option('--account <name>', 'of this account')
      .option('--entries', 'lines of journal entries instead, newest first')
      .addOption(new Option('--limit <count>', 'of --entries').argParser(wholeNumber(1, 1000)).default(40)),
  )
    .addHelpText('after', '\nExamples:\n  nautilus ledger\n  nautilus ledger --entries --account main --json\n')
    .action(action(ledger));
};
