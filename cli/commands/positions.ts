import { Option } from 'commander';
import type { Register } from '../command';
import { askEngine, engineAddresses, queryOf } from '../engines';
import { type LookOptions, lookCommand, show } from '../look';
import { wholeNumber } from '../option';
import { amount, type Column, fittingTable, whole } from '../output/fitting-table';

/** What is shown of a position; `--json` has all that the position system says. */
interface Position {
  readonly account: string;
  readonly strategy: number | null;
  readonly symbol: string;
  readonly currency: string;
  readonly quantity: number;
  readonly settled: number;
  readonly averagePrice: number | null;
  readonly realised: number;
  readonly unrealised: number | null;
  readonly fees: number;
  readonly mark: { readonly price: number } | null;
  readonly value: number | null;
}

interface Options extends LookOptions {
  readonly account?: string;
  readonly symbol?: string;
  readonly strategy?: number;
  readonly by: 'holding' | 'strategy';
}

const columns: readonly Column<Position>[] = [
  { head: 'account', cell: ({ account }) => account },
  { head: 'strategy', cell: ({ strategy }) => strategy, right: true, spare: 4 },
  { head: 'symbol', cell: ({ symbol }) => symbol },
  { head: 'quantity', cell: ({ quantity }) => whole(quantity), right: true },
  { head: 'settled', cell: ({ settled }) => whole(settled), right: true, spare: 5 },
  { head: 'average', cell: ({ averagePrice }) => amount(averagePrice), right: true, spare: 2 },
  { head: 'mark', cell: ({ mark }) => amount(mark?.price), right: true, spare: 3 },
  { head: 'value', cell: ({ value }) => amount(value), right: true, spare: 1 },
  { head: 'realised', cell: ({ realised }) => amount(realised), right: true },
  { head: 'unrealised', cell: ({ unrealised }) => amount(unrealised), right: true },
  { head: 'fees', cell: ({ fees }) => amount(fees), right: true, spare: 6 },
  { head: '', cell: ({ currency }) => currency },
];

async function positions(options: Options): Promise<number> {
  const base = engineAddresses(options.profile, 'pms').get('pms')!;
  const { account, symbol, strategy, by } = options;
  const query = queryOf({ account, symbol, strategy, by });
  return show(
    options,
    () => askEngine<{ positions: readonly Position[] }>('pms', `${base}/api/v1/positions?${query}`),
    ({ positions: found }, width) => {
      if (found.length === 0) return 'no position matches';
      const some = found.some((position) => position.strategy !== null);
      return fittingTable(found, some ? columns : columns.filter(({ head }) => head !== 'strategy'), width);
    },
  );
}

/** `nautilus positions`. */
export const registerPositions: Register = (program, action) => {
  lookCommand(
    program
      .command('positions')
      .description('positions of the running platform, marked to the quote')
      .option('--account <name>', 'of this account')
      .option('--symbol <symbol>', 'in this instrument')
      .addOption(new Option('--strategy <number>', 'of this strategy').argParser(wholeNumber(0, 0x7fffffff)))
      .addOption(
        new Option('--by <what>', 'one row over all strategies, or one each')
          .choices(['holding', 'strategy'])
          .default('holding'),
      ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus positions --watch\n  nautilus positions --account main --by strategy --json\n',
    )
    .action(action(positions));
};
