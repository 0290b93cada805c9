import { Option } from 'commander';
import type { Register } from '../command';
import { askEngine, engineAddresses, queryOf } from '../engines';
import { type LookOptions, lookCommand, show } from '../look';
import { wholeNumber } from '../option';
import { amount, type Column, clock, fittingTable, whole } from '../output/fitting-table';

/** What is shown of an order; `--json` has all that the order system says. */
interface Order {
  readonly orderId: number;
  readonly clientOrderId: string | number;
  readonly account: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly strategy: number;
  readonly quantity: number;
  readonly limitPrice?: number;
  readonly algorithm?: { readonly kind: string };
  readonly status: string;
  readonly filledQuantity: number;
  readonly averagePrice?: number;
  readonly reason?: string;
  readonly updatedAt: string;
}

interface Execution {
  readonly executionId: number;
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: string;
  readonly fee: number;
  readonly venue: number;
  readonly at: string;
}

interface Options extends LookOptions {
  readonly account?: string;
  readonly symbol?: string;
  readonly status?: string;
  readonly strategy?: number;
  readonly limit: number;
}

interface Page {
  readonly orders: readonly Order[];
  readonly total: number;
  readonly next: number | null;
}

/** Orders of one question. */
const PAGE = 1000;

const columns: readonly Column<Order>[] = [
  { head: 'order', cell: ({ orderId }) => orderId, right: true },
  { head: 'client id', cell: ({ clientOrderId }) => clientOrderId, spare: 5 },
  { head: 'account', cell: ({ account }) => account },
  { head: 'symbol', cell: ({ symbol }) => symbol },
  { head: 'side', cell: ({ side }) => side },
  { head: 'type', cell: ({ type }) => type, spare: 4 },
  { head: 'for', cell: ({ timeInForce }) => timeInForce, spare: 7 },
  { head: 'worked by', cell: ({ algorithm }) => algorithm?.kind, spare: 3 },
  { head: 'strategy', cell: ({ strategy }) => strategy || null, right: true, spare: 8 },
  { head: 'limit', cell: ({ limitPrice }) => amount(limitPrice), right: true },
  {
    head: 'filled',
    cell: ({ filledQuantity, quantity }) => `${whole(filledQuantity)}/${whole(quantity)}`,
    right: true,
  },
  { head: 'average', cell: ({ averagePrice }) => amount(averagePrice), right: true, spare: 2 },
  { head: 'status', cell: ({ status }) => status },
  { head: 'at', cell: ({ updatedAt }) => clock(updatedAt), spare: 1 },
  // Of a filled order it is that of a change which came too late.
  { head: 'reason', cell: ({ status, reason }) => (status === 'filled' ? undefined : reason), spare: 6 },
];

const fills: readonly Column<Execution>[] = [
  { head: 'fill', cell: ({ executionId }) => executionId, right: true },
  { head: 'at', cell: ({ at }) => clock(at) },
  { head: 'quantity', cell: ({ quantity }) => whole(quantity), right: true },
  { head: 'price', cell: ({ price }) => amount(price), right: true },
  { head: 'fee', cell: ({ fee }) => amount(fee), right: true },
  { head: 'venue', cell: ({ venue }) => venue, right: true },
  { head: 'liquidity', cell: ({ liquidity }) => liquidity },
];

/** The newest orders that match; symbol and strategy are looked for here, page after page. */
async function list(base: string, { account, status, symbol, strategy, limit }: Options) {
  const orders: Order[] = [];
  let before: number | null | undefined;
  let total = 0;
  do {
    const asked = symbol === undefined && strategy === undefined ? Math.min(PAGE, limit - orders.length) : PAGE;
    const page = await askEngine<Page>(
      'oms',
      `${base}/api/v1/orders?${queryOf({ account, status, before, limit: asked })}`,
    );
    orders.push(
      ...page.orders.filter(
        (order) =>
          (symbol === undefined || order.symbol === symbol) && (strategy === undefined || order.strategy === strategy),
      ),
    );
    total = Math.max(total, page.total);
    before = page.next;
  } while (before !== null && orders.length < limit);
  const shown = orders.slice(0, limit);
  return { orders: shown, more: before !== null || orders.length > limit, total };
}

async function orders(id: string | undefined, options: Options): Promise<number> {
  const base = engineAddresses(options.profile, 'oms').get('oms')!;
  if (id === undefined)
    return show(
      options,
      () => list(base, options),
      ({ orders: found, more }, width) =>
        found.length === 0
          ? 'no order matches'
          : `${fittingTable(found, columns, width)}${more ? '\nthere are more: --limit shows them' : ''}`,
    );
  return show(
    options,
    async () => {
      const order = await askEngine<Order>(
        'oms',
        `${base}/api/v1/orders/${encodeURIComponent(id)}?${queryOf({ account: options.account })}`,
      );
      const asked = queryOf({ orderId: order.orderId, limit: 10_000 });
      const { executions } = await askEngine<{ executions: readonly Execution[] }>(
        'oms',
        `${base}/api/v1/executions?${asked}`,
      );
      return { order, executions };
    },
    ({ order, executions }, width) =>
      [
        fittingTable([order], columns, width),
        ...(executions.length > 0 ? ['', fittingTable([...executions].reverse(), fills, width)] : []),
      ].join('\n'),
  );
}

/** `nautilus orders [ID]`. */
export const registerOrders: Register = (program, action) => {
  lookCommand(
    program
      .command('orders')
      .description('orders of the running platform, newest first; one with its fills when it is named')
      .argument('[id]', 'an order number or a client order id')
      .option('--account <name>', 'of this account')
      .option('--symbol <symbol>', 'of this instrument')
      .option('--status <status>', 'in this state, such as new, partiallyFilled, filled')
      .addOption(new Option('--strategy <number>', 'of this strategy').argParser(wholeNumber(0, 0x7fffffff)))
      .addOption(new Option('--limit <count>', 'at most so many').argParser(wholeNumber(1, 100_000)).default(20)),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  nautilus orders --status partiallyFilled --watch\n  nautilus orders 17\n  nautilus orders --account main --symbol AAPL --json\n',
    )
    .action(action(orders));
};
