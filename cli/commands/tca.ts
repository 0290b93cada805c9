import { Option } from 'commander';
import type { Register } from '../command';
import { askEngine, engineAddresses, queryOf } from '../engines';
import { type LookOptions, lookCommand, show } from '../look';
import { wholeNumber } from '../option';
import { amount, type Column, fittingTable, whole } from '../output/fitting-table';

type Parts = Readonly<Record<'delay' | 'timing' | 'execution' | 'opportunity' | 'fees' | 'total', number>>;
type Prices = Readonly<Record<'arrival' | 'vwap' | 'vwapWithOwn' | 'twap' | 'end', number | null>>;

interface Sum {
  readonly fills: number;
  readonly quantity: number;
  readonly notional: number;
  readonly fees: number;
}

interface Child extends Sum {
  readonly childId: number;
  readonly venue: string;
  readonly sentNs: number;
  readonly asked: number;
}

/** What is shown of a report; `--json` has all that the execution system says. */
interface Report {
  readonly orderId: number;
  readonly symbol: string;
  readonly side: string;
  readonly algorithm: string;
  readonly open: boolean;
  readonly seconds: number;
  readonly quantity: number;
  readonly left: number;
  readonly filled: Sum;
  readonly maker: Sum;
  readonly taker: Sum;
  readonly venues: readonly (Sum & { readonly venue: string })[];
  readonly children: readonly Child[];
  readonly averagePrice: number | null;
  readonly prices: Prices;
  readonly shortfall: Parts | null;
  readonly basisPoints: Parts | null;
  readonly slippage: Prices;
  readonly participation: number | null;
  readonly trackingError: number | null;
}

interface Parent {
  readonly orderId: number;
  readonly symbol: string;
  readonly side: string;
  readonly algorithm: string;
  readonly status: string;
  readonly quantity: number;
}

interface Row extends Parent {
  readonly report: Report;
}

interface Options extends LookOptions {
  readonly symbol?: string;
  readonly limit: number;
  readonly children?: boolean;
}

const basisPoints = (value: number | null | undefined): string | null =>
  value === null || value === undefined ? null : value.toFixed(2);
const percent = (share: number | null): string | null => (share === null ? null : `${(share * 100).toFixed(1)} %`);

const columns: readonly Column<Row>[] = [
  { head: 'order', cell: ({ orderId }) => orderId, right: true },
  { head: 'symbol', cell: ({ symbol }) => symbol },
  { head: 'side', cell: ({ side }) => side },
  { head: 'worked by', cell: ({ algorithm }) => algorithm },
  {
    // After a restart of the execution system a report is of what was left then.
    head: 'filled',
    cell: ({ quantity, report }) =>
      `${whole(report.filled.quantity)}/${whole(report.quantity)}${report.quantity < quantity ? ` of ${whole(quantity)}` : ''}`,
    right: true,
  },
  { head: 'average', cell: ({ report }) => amount(report.averagePrice), right: true },
  { head: 'arrival', cell: ({ report }) => amount(report.prices.arrival), right: true, spare: 1 },
  { head: 'cost', cell: ({ report }) => amount(report.shortfall?.total), right: true, spare: 2 },
  { head: 'cost bp', cell: ({ report }) => basisPoints(report.basisPoints?.total), right: true },
  { head: 'to VWAP bp', cell: ({ report }) => basisPoints(report.slippage.vwap), right: true, spare: 3 },
  { head: 'of volume', cell: ({ report }) => percent(report.participation), right: true, spare: 4 },
  { head: 'status', cell: ({ status }) => status, spare: 5 },
];

const sums: readonly Column<Sum & { readonly name: string }>[] = [
  { head: 'where', cell: ({ name }) => name },
  { head: 'fills', cell: ({ fills }) => whole(fills), right: true },
  { head: 'shares', cell: ({ quantity }) => whole(quantity), right: true },
  { head: 'value', cell: ({ notional }) => amount(notional), right: true },
  { head: 'fees', cell: ({ fees }) => amount(fees), right: true },
];

const childColumns: readonly Column<Child>[] = [
  { head: 'child', cell: ({ childId }) => childId, right: true },
  { head: 'venue', cell: ({ venue }) => venue },
  { head: 'at', cell: ({ sentNs }) => new Date(Math.floor(sentNs / 1e6)).toISOString().slice(11, 23) },
  { head: 'filled', cell: ({ quantity, asked }) => `${whole(quantity)}/${whole(asked)}`, right: true },
  { head: 'value', cell: ({ notional }) => amount(notional), right: true },
  { head: 'fees', cell: ({ fees }) => amount(fees), right: true, spare: 1 },
];

const partColumns: readonly Column<[string, number, number | undefined]>[] = [
  { head: 'cost against arrival', cell: ([name]) => name },
  { head: 'amount', cell: ([, value]) => amount(value), right: true },
  { head: 'bp', cell: ([, , points]) => basisPoints(points), right: true },
];

const priceColumns: readonly Column<[string, number | null, number | null]>[] = [
  { head: 'beside', cell: ([name]) => name },
  { head: 'price', cell: ([, price]) => amount(price), right: true },
  { head: 'worse by bp', cell: ([, , points]) => basisPoints(points), right: true },
];

const partNames = ['delay', 'timing', 'execution', 'opportunity', 'fees', 'total'] as const;
const priceNames = {
  arrival: 'arrival mid',
  vwap: 'interval VWAP',
  vwapWithOwn: '  with our own',
  twap: 'interval TWAP',
  end: 'end mid',
};

/** A whole report: what was done, what it cost, beside which prices. */
function reportText(report: Report, width: number, withChildren: boolean): string {
  const { shortfall, basisPoints: points, filled, maker, taker, venues } = report;
  const where = [
    ...venues.map((sum) => ({ ...sum, name: sum.venue })),
    { ...maker, name: 'resting' },
    { ...taker, name: 'taking' },
    { ...filled, name: 'all' },
  ];
  const blocks = [
    `order ${report.orderId}: ${report.side} ${whole(report.quantity)} ${report.symbol} by ${report.algorithm}, ${whole(filled.quantity)} filled at ${amount(report.averagePrice) ?? '–'}, ${whole(report.left)} left, ${report.seconds.toFixed(1)} s${report.open ? ', still working' : ''}`,
    fittingTable(where, sums, width),
    shortfall === null
      ? 'no cost: the price at arrival is not known'
      : fittingTable(
          partNames.map((name) => [name, shortfall[name], points?.[name]] as [string, number, number | undefined]),
          partColumns,
          width,
        ),
    fittingTable(
      Object.entries(priceNames).map(([name, label]): [string, number | null, number | null] => [
        label,
        report.prices[name as keyof Prices],
        report.slippage[name as keyof Prices],
      ]),
      priceColumns,
      width,
    ),
    `of the market’s volume: ${percent(report.participation) ?? '–'}; tracking error: ${report.trackingError?.toFixed(4) ?? '–'}`,
    ...(withChildren ? [fittingTable(report.children, childColumns, width)] : []),
  ];
  return blocks.join('\n\n');
}

async function tca(id: number | undefined, options: Options): Promise<number> {
  const base = `${engineAddresses(options.profile, 'ems').get('ems')}/api/v1/parents`;
  const reportOf = (orderId: number) => askEngine<Report>('ems', `${base}/${orderId}/tca`);
  if (id !== undefined)
    return show(
      options,
      () => reportOf(id),
      (report, width) => reportText(report, width, options.children === true),
    );
  return show(
    options,
    async () => {
      const { parents } = await askEngine<{ parents: readonly Parent[] }>(
        'ems',
        `${base}?${queryOf({ limit: options.limit })}`,
      );
      const wanted = parents.filter(({ symbol }) => options.symbol === undefined || symbol === options.symbol);
      return {
        parents: await Promise.all(
          wanted.map(async (parent): Promise<Row> => ({ ...parent, report: await reportOf(parent.orderId) })),
        ),
      };
    },
    ({ parents }, width) =>
      parents.length === 0 ? 'no order was worked in this session' : fittingTable(parents, columns, width),
  );
}

/** `nautilus tca [ORDER]`. */
export const registerTca: Register = (program, action) => {
  lookCommand(
    program
      .command('tca')
      .description('what orders of this session cost beside the market; the whole report of one when it is named')
      .argument('[order]', 'an order number', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option('--symbol <symbol>', 'in this instrument')
      .option('--children', 'of one order: each child order, too')
      .addOption(new Option('--limit <count>', 'the newest so many').argParser(wholeNumber(1, 1000)).default(20)),
  )
    .addHelpText('after', '\nExamples:\n  nautilus tca\n  nautilus tca 17 --children\n  nautilus tca 17 --json\n')
    .action(action(tca));
};
