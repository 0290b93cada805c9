import { cacheDatabases } from '@nautilus/config';
import * as z from 'zod';
import { type Check, type CheckProps, check, fail, pass, unless } from '../check';
import { json } from '../platform/answer';
import type { Platform } from '../platform/platform';
import { within } from '../platform/within';
import { type RoundTrip, roundTrip } from '../probe';
import { redis } from './databases';
import { query } from './monitoring';

/** One round trip a platform, whoever asks first. */
const trips = new WeakMap<Platform, Promise<RoundTrip>>();

function traded(platform: Platform): Promise<RoundTrip> {
  const known = trips.get(platform) ?? roundTrip(platform);
  trips.set(platform, known);
  return known;
}

const path = ['oms', 'ems', 'pms', 'risk', 'marketdata'] as const;

/** Why nothing can be traded on this platform. */
const untradable = (platform: Platform) => path.map((engine) => platform.absent(engine)).find((reason) => reason);

/** A check of one share there and back. */
const traderCheck = <Reading>(props: CheckProps<Reading>): Check =>
  check({ ...props, trades: true, unavailable: (platform) => untradable(platform) ?? props.unavailable?.(platform) });

const tradeCheck = (props: Omit<CheckProps<RoundTrip>, 'read'>): Check => traderCheck({ ...props, read: traded });

const money = (amount: number) => amount.toFixed(4);
const isMoney = (a: number, b: number) => Math.abs(a - b) < 0.00005;

const entered = tradeCheck({
  id: 'trading/order',
  source: 'README 8',
  what: 'an order goes in',
  expectation: 'entered with 201; sent again it is the same order (200)',
  judge: ({ opening: { entered, again, order, side } }) =>
    unless(
      [
        entered.status !== 201 && `it was entered with ${entered.status}`,
        (again.status !== 200 || again.orderId !== order.orderId) &&
          `sent again it got ${again.status} and became order ${again.orderId ?? 'unknown'}, not ${order.orderId}`,
      ],
      `${side} 1, order ${order.orderId}, acknowledged in ${entered.ms} ms`,
    ),
});

const filled = tradeCheck({
  id: 'trading/fill',
  source: 'README 8, 9',
  what: 'a fill comes out',
  expectation: 'one share in one execution, at the order’s price or better',
  judge: ({ opening: { order, executions, side } }) => {
    const shares = executions.reduce((sum, { quantity }) => sum + quantity, 0);
    const limit = order.limitPrice ?? 0;
    const worse = executions.find(({ price }) => (side === 'buy' ? price > limit : price < limit));
    return unless(
      [
        worse && `it was executed at ${worse.price}, its limit is ${limit}`,
        order.filledQuantity !== 1 && `the order says that ${order.filledQuantity} are filled`,
        shares !== 1 && `its executions are of ${shares} shares`,
      ],
      `${side} at ${executions[0]?.price ?? 'no price'}`,
    );
  },
});

const worked = traderCheck({
  id: 'trading/execution-system',
  source: 'README 9',
  what: 'the execution system worked it',
  expectation: 'GET /api/v1/parents/:orderId says that it is done',
  read: async (platform) => {
    const { opening } = await traded(platform);
    const shape = z.object({ status: z.string(), filledQuantity: z.number() });
    return json(shape, await platform.ask('ems', `/api/v1/parents/${opening.order.orderId}`));
  },
  judge: ({ status, filledQuantity }) =>
    status === 'filled' && filledQuantity === 1
      ? pass('filled 1')
      : fail(`${status} ${filledQuantity}`, 'it does not know the fill'),
});

const position = tradeCheck({
  id: 'trading/position',
  source: 'README 8, 10',
  what: 'the position changed',
  expectation: 'by exactly what was executed in between, our share among it',
  judge: ({ books: { before, after }, between, market: { account, symbol }, opening }) => {
    const ours = between.some(({ executionId }) => executionId === opening.executions[0]?.executionId);
    const shares = between
      .filter((execution) => execution.account === account && execution.symbol === symbol)
      .reduce((sum, { side, quantity }) => sum + (side === 'buy' ? quantity : -quantity), 0);
    const reading = `${before.quantity} → ${after.quantity} ${symbol}`;
    return unless(
      [
        !ours && 'our execution is not booked',
        after.quantity - before.quantity !== shares && `executed were ${shares} shares`,
      ],
      reading,
    );
  },
});

const cash = tradeCheck({
  id: 'trading/cash',
  source: 'README 10',
  what: 'the cash changed',
  expectation: 'by exactly price × quantity of what was executed in between',
  judge: ({ books: { before, after }, between, market: { account, currency } }, { profile }) => {
    const symbols = new Set(
      profile.trading.instruments.filter((instrument) => instrument.currency === currency).map(({ symbol }) => symbol),
    );
    const spent = between
      .filter((execution) => execution.account === account && symbols.has(execution.symbol))
      .reduce((sum, { side, price, quantity }) => sum + (side === 'buy' ? price : -price) * quantity, 0);
    const moved = after.cash - before.cash;
    const reading = `${money(moved)} ${currency}`;
    return isMoney(moved, -spent) && between.length > 0
      ? pass(reading)
      : fail(reading, `executed was ${money(-spent)} ${currency}`);
  },
});

const journaled = tradeCheck({
  id: 'trading/journal',
  source: 'README 8',
  what: 'the order is in the journal, on disk',
  expectation: 'at least order and fill more than before',
  judge: ({ counts: { before, after } }) => {
    const records = after.durable - before.durable;
    return records >= 2 ? pass(`${records} records`) : fail(`${records} records`, 'an order and a fill are two');
  },
});

const counted = tradeCheck({
  id: 'trading/metric',
  source: 'README 12, 17',
  what: 'a metric moved',
  expectation: 'nautilus_oms_executions is larger than before',
  judge: ({ counts: { before, after } }) => {
    const reading = `${before.executions ?? 'absent'} → ${after.executions ?? 'absent'}`;
    return (after.executions ?? 0) > (before.executions ?? 0) ? pass(reading) : fail(reading, 'it did not move');
  },
});

const latency = tradeCheck({
  id: 'trading/latency',
  source: 'U Health monitoring: zero-copy performance; README 25',
  what: 'messages passed through shared memory, and were timed',
  expectation: 'oms→ems, ems→oms and oms→pms counted at least one message each',
  judge: ({ counts: { before, after } }) => {
    const hops = ['oms→ems', 'ems→oms', 'oms→pms'];
    const more = (hop: string) => (after.hops[hop] ?? 0) - (before.hops[hop] ?? 0);
    return unless(
      hops.filter((hop) => more(hop) < 1).map((hop) => `nothing on ${hop}`),
      hops.map((hop) => `${hop} ${more(hop)}`).join(', '),
    );
  },
});

const scraped = traderCheck({
  id: 'trading/prometheus',
  source: 'README 11, 12',
  what: 'the moved metric is in Prometheus',
  expectation: 'within three scrapes Prometheus has what the order system counted',
  unavailable: (platform) => platform.absent('prometheus'),
  read: async (platform) => {
    const { counts } = await traded(platform);
    const wanted = counts.after.executions ?? 0;
    const limit = 3 * platform.profile.monitoring.scrapeInterval.milliseconds + 2_000;
    const read = async () => Number((await query(platform, 'nautilus_oms_executions'))[0]?.value[1] ?? Number.NaN);
    return { wanted, seen: await within(platform, limit, read, (value) => value >= wanted) };
  },
  judge: ({ wanted, seen }) =>
    seen >= wanted ? pass(`${seen}`) : fail(`${seen}`, `the order system counted ${wanted} executions`),
});

const WRITTEN_WITHIN_MS = 5_000;

const stored = traderCheck({
  id: 'trading/row',
  source: 'README 6, 8',
  what: 'rows are stored',
  expectation: 'trading.orders has the order as filled, trading.executions its fill',
  unavailable: (platform) => platform.absent('postgres'),
  read: async (platform) => {
    const { opening } = await traded(platform);
    const { clientOrderId } = opening.order;
    const text = `SELECT o.status, e.quantity, e.price FROM trading.orders o LEFT JOIN trading.executions e USING (journal, order_id) WHERE o.client_order_id = '${clientOrderId}'`;
    const rows = await within(
      platform,
      WRITTEN_WITHIN_MS,
      () => platform.rows(text),
      (found) => found[0]?.[0] === 'filled' && found[0][1] === '1',
    );
    return { rows, price: opening.executions[0]?.price };
  },
  judge: ({ rows, price }) => {
    const [status, quantity, at] = rows[0] ?? [];
    if (status === undefined) return fail('no row', 'the order is not in the database');
    return unless(
      [
        rows.length !== 1 && `there are ${rows.length} rows`,
        status !== 'filled' && `the order is ${status}`,
        (quantity !== '1' || Number(at) !== price) && `its execution is ${quantity} at ${at}, not 1 at ${price}`,
      ],
      `${status}, ${quantity} at ${at}`,
    );
  },
});

const cached = traderCheck({
  id: 'trading/cache',
  source: 'P Redis: separate databases; README 7',
  what: 'order and fill are cached, each in its own database',
  expectation: `the order is found by its client’s id in database ${cacheDatabases.orders}, the fill in database ${cacheDatabases.trades}, with an end`,
  unavailable: (platform) => platform.absent('redis'),
  read: async (platform) => {
    const { opening, market } = await traded(platform);
    const ask = async (database: number, argv: readonly string[]) =>
      (await redis(platform.containers!, database, argv)).trim();
    const { orderId, clientOrderId } = opening.order;
    const [execution] = opening.executions;
    const found = await within(
      platform,
      WRITTEN_WITHIN_MS,
      async () => ({
        order: await ask(cacheDatabases.orders, ['GET', `order-ids:${market.account}:${clientOrderId}`]),
        status: await ask(cacheDatabases.orders, ['HGET', `orders:${orderId}`, 'status']),
        secondsLeft: Number(await ask(cacheDatabases.trades, ['TTL', `trades:${execution?.executionId}`])),
      }),
      ({ status, secondsLeft }) => status === 'filled' && secondsLeft > 0,
    );
    return { ...found, orderId };
  },
  judge: ({ order, status, secondsLeft, orderId }) =>
    unless(
      [
        order !== String(orderId) && `the client’s id leads to ${order || 'nothing'}, not ${orderId}`,
        status !== 'filled' && `the order is ${status || 'not there'}`,
        !(secondsLeft > 0) && (secondsLeft === -1 ? 'the fill has no end' : 'the fill is not there'),
      ],
      `${status}, fill kept for ${Math.round(secondsLeft / 3600)} h`,
    ),
});

const closed = tradeCheck({
  id: 'trading/closed',
  source: 'README 10',
  what: 'nothing is left behind',
  expectation: 'the share is traded back; only the spread is spent',
  judge: ({ opening, closing, open, market: { symbol, account, currency } }) => {
    if (closing === undefined)
      return fail(
        `${opening.side} 1 ${symbol} stays in account ${account}`,
        `${open}: enter the opposite order of one share`,
      );
    const [bought, sold] = opening.side === 'buy' ? [opening, closing] : [closing, opening];
    const cost = (bought.executions[0]?.price ?? 0) - (sold.executions[0]?.price ?? 0);
    const orders = 2 + opening.unfilled + closing.unfilled;
    return unless(
      [closing.order.filledQuantity !== 1 && `only ${closing.order.filledQuantity} of it was traded back`],
      `${orders} orders in account ${account}, cost ${cost.toFixed(2)} ${currency}`,
    );
  },
});

export const tradingChecks: readonly Check[] = [
  entered,
  filled,
  worked,
  position,
  cash,
  journaled,
  counted,
  latency,
  scraped,
  stored,
  cached,
  closed,
];
