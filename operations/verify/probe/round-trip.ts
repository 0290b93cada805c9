import * as z from 'zod';
import { Red } from '../check';
import { json, metric, parsed, said } from '../platform/answer';
import type { Platform } from '../platform/platform';
import { type Books, readBooks } from './books';
import { type Market, type Order, OrderSchema, readMarket } from './market';

/** How often a share is tried for: the quote may move between looking and asking. */
const ATTEMPTS = 10;
const ORDER_ENDS_WITHIN_MS = 5_000;
const ended = new Set(['filled', 'cancelled', 'rejected', 'expired']);

/** One share bought or sold. */
export interface Leg {
  readonly side: 'buy' | 'sell';
  readonly order: Order;
  /** Status of the request that entered it, and milliseconds until its answer. */
  readonly entered: { readonly status: number; readonly ms: number };
  /** The same request again: the status, and the order that it names. */
  readonly again: { readonly status: number; readonly orderId: number | undefined };
  readonly executions: readonly Execution[];
  /** Orders that were entered before this one and found nobody to trade with. */
  readonly unfilled: number;
}

const ExecutionSchema = z.object({
  executionId: z.number(),
  account: z.string(),
  symbol: z.string(),
  side: z.string(),
  price: z.number(),
  quantity: z.number(),
});
const ExecutionList = z.object({ executions: z.array(ExecutionSchema) });
export type Execution = z.infer<typeof ExecutionSchema>;

/** What the engines counted of themselves. */
export interface Counts {
  /** `nautilus_oms_executions`. */
  readonly executions: number | undefined;
  /** Records of the order journal that are on disk. */
  readonly durable: number;
  /** Messages by hop. */
  readonly hops: Readonly<Record<string, number>>;
}

/** One share there and back. */
export interface RoundTrip {
  readonly market: Market;
  readonly opening: Leg;
  /** Absent when it could not be sold back. */
  readonly closing?: Leg;
  /** Why there is no closing leg. */
  readonly open?: string;
  readonly books: { readonly before: Books; readonly after: Books; readonly closed: Books };
  /** Everything that was executed between the books before and those after the opening leg: others may trade, too. */
  readonly between: readonly Execution[];
  readonly counts: { readonly before: Counts; readonly after: Counts };
}

const Hops = z.object({ hops: z.record(z.string(), z.object({ count: z.number() })) });

async function readCounts(platform: Platform): Promise<Counts> {
  const [metrics, state, ...latencies] = await Promise.all([
    platform.ask('oms', '/metrics'),
    platform.ask('oms', '/api/v1/state'),
    ...(['oms', 'ems', 'pms'] as const).map((engine) => platform.ask(engine, '/api/v1/latency')),
  ]);
  const hops = latencies.map((answer) => json(Hops, answer).hops);
  return {
    executions: metric(metrics.body, 'nautilus_oms_executions'),
    durable: json(z.object({ durable: z.number() }), state).durable,
    hops: Object.fromEntries(hops.flatMap((some) => Object.entries(some).map(([hop, { count }]) => [hop, count]))),
  };
}

/** Waits for the end of an order; one that does not end is cancelled. @throws Red when it does not end even so */
async function untilEnded(platform: Platform, orderId: number): Promise<Order> {
  const deadline = platform.clock.now() + ORDER_ENDS_WITHIN_MS;
  let cancelled = false;
  for (;;) {
    const order = json(OrderSchema, await platform.ask('oms', `/api/v1/orders/${orderId}?by=orderId`));
    if (ended.has(order.status)) return order;
    if (platform.clock.now() > deadline) {
      if (cancelled) throw new Red(order.status, `order ${orderId} has not ended, not even after its cancellation`);
      await platform.ask('oms', `/api/v1/orders/${orderId}?by=orderId`, { method: 'DELETE' });
      cancelled = true;
      await platform.clock.wait(1_000);
    }
    await platform.clock.wait(20);
  }
}

interface Ask {
  readonly market: Market;
  readonly side: 'buy' | 'sell';
  readonly name: string;
}

/** Trades one share at once or not at all, at the best price that the venue's book shows. @throws Red */
async function trade(platform: Platform, { market: { account, symbol }, side, name }: Ask): Promise<Leg> {
  for (let unfilled = 0; unfilled < ATTEMPTS; unfilled++) {
    const { price } = await readMarket(platform, side);
    if (price === undefined) {
      await platform.clock.wait(200);
      continue;
    }
    const request = {
      method: 'POST',
      body: {
        clientOrderId: `${name}-${unfilled + 1}`,
        account,
        symbol,
        side,
        quantity: 1,
        type: 'limit',
        limitPrice: price,
        timeInForce: 'ioc',
      },
    } as const;
    const start = performance.now();
    const entered = await platform.ask('oms', '/api/v1/orders', request);
    const ms = Math.round((performance.now() - start) * 10) / 10;
    if (entered.status >= 400) throw new Red(said(entered), `the order system refuses to ${side} one share`);
    const { orderId } = json(OrderSchema, entered);
    const again = await platform.ask('oms', '/api/v1/orders', request);
    const order = await untilEnded(platform, orderId);
    if (order.status !== 'filled') continue;
    const list = json(ExecutionList, await platform.ask('oms', `/api/v1/executions?orderId=${orderId}`));
    return {
      side,
      order,
      entered: { status: entered.status, ms },
      again: { status: again.status, orderId: OrderSchema.safeParse(parsed(again.body)).data?.orderId },
      executions: list.executions,
      unfilled,
    };
  }
  throw new Red(`${ATTEMPTS} orders without a fill`, `nobody at the venue trades one ${symbol}`);
}

const lastOf = ({ executions }: Leg): number => Math.max(0, ...executions.map(({ executionId }) => executionId));

/** Counters of the engines move a moment after the order is answered. */
async function counted(platform: Platform, before: Counts): Promise<Counts> {
  const deadline = platform.clock.now() + 2_000;
  for (;;) {
    const counts = await readCounts(platform);
    const moved =
      counts.executions !== before.executions && (counts.hops['oms→pms'] ?? 0) > (before.hops['oms→pms'] ?? 0);
    if (moved || platform.clock.now() > deadline) return counts;
    await platform.clock.wait(50);
  }
}

/**
 * Buys one share and sells it again (the other way round where one more may not be held), each at once or not at all. The
 * account is left with what it had, less the spread; the journal keeps both orders.
 * @throws Red when no share could be traded; Error when nobody may trade now
 */
export async function roundTrip(platform: Platform): Promise<RoundTrip> {
  const market = await readMarket(platform, 'buy');
  const name = `verify-${Date.now()}`;
  const [books, before] = [await readBooks(platform, market), await readCounts(platform)];
  const first = books.quantity + 1 > market.maxPosition ? 'sell' : 'buy';
  const opening = await trade(platform, { market, side: first, name: `${name}-open` });
  const seen = await traces(platform, market, opening, before).catch((error: Error) => error);
  const back = { market, side: first === 'buy' ? ('sell' as const) : ('buy' as const), name: `${name}-close` };
  const closing = await trade(platform, back).catch((error: Error) => error);
  // The share is traded back whether or not its traces could be read.
  if (seen instanceof Error) {
    if (!(closing instanceof Error)) throw seen;
    throw new Red(
      `${first} 1 ${market.symbol} stays in account ${market.account}`,
      `${seen.message}; ${closing.message}: enter the opposite order of one share`,
    );
  }
  const { booked, after } = seen;
  const shared = {
    market,
    opening,
    between: await executedBetween(platform, books, booked),
    counts: { before, after },
  };
  if (closing instanceof Error)
    return { ...shared, open: closing.message, books: { before: books, after: booked, closed: booked } };
  const closed = await readBooks(platform, market, lastOf(closing));
  return { ...shared, closing, books: { before: books, after: booked, closed } };
}

/** What the opening leg left in the books and the counters. */
async function traces(platform: Platform, market: Market, opening: Leg, before: Counts) {
  const booked = await readBooks(platform, market, lastOf(opening));
  return { booked, after: await counted(platform, before) };
}

/** What the order system executed after the first and up to the last of two moments of the position system. */
async function executedBetween(platform: Platform, first: Books, last: Books): Promise<readonly Execution[]> {
  const route = `/api/v1/executions?limit=10000&before=${last.sequence + 1}`;
  const { executions } = json(ExecutionList, await platform.ask('oms', route));
  return executions.filter(({ executionId }) => executionId > first.sequence);
}
