import { catalog } from '@nautilus/config/catalog';
import { fromPriceUnits, Side, sides, tables, topics } from '@nautilus/core/domain';
import { defineEngine, EngineError, z } from '@nautilus/core/kernel';
import { FeedSpeed, MarketDataConfig } from './config';
import { MarketDataEngine } from './market-data-engine';

const BySymbol = z.object({ symbol: z.string() });
const Price = z.number().describe('units of the currency');

const Symbols = z.object({
  symbols: z.array(
    z.object({
      id: z.int(),
      symbol: z.string(),
      currency: z.string(),
      tickSize: z.int().describe('price units of 0.0001'),
      feed: z.string().nullable().describe('what the symbol is fed from'),
    }),
  ),
});

const Level = z.object({ price: Price, quantity: z.int(), orders: z.int() });
const Snapshot = z.object({
  symbol: z.string(),
  timeNs: z.number().describe('market time, nanoseconds after midnight'),
  sequence: z.int().describe('of the last book event in it'),
  bid: Price.nullable(),
  bidQuantity: z.int(),
  ask: Price.nullable(),
  askQuantity: z.int(),
  last: Price.nullable(),
  bids: z.array(Level).describe('best first'),
  asks: z.array(Level).describe('best first'),
});

const BookOrders = z.object({
  sequence: z.int().describe('of the last book event in it: go on with the next one'),
  timeNs: z.number(),
  orders: z
    .array(
      z.object({
        orderId: z.int(),
        side: z.enum(sides.names),
        price: z.int().describe('price units of 0.0001'),
        quantity: z.int(),
      }),
    )
    .describe('in priority order'),
});

const Bars = z.object({
  symbol: z.string(),
  intervalSeconds: z.int(),
  bars: z
    .array(
      z.object({
        timeNs: z.number().describe('start of the interval, nanoseconds after midnight'),
        open: Price,
        high: Price,
        low: Price,
        close: Price,
        volume: z.number(),
        notional: z.number().describe('sum of price times quantity, in currency'),
        trades: z.int(),
      }),
    )
    .describe('finished bars, oldest first; an interval without a trade has none'),
});

const Feeds = z.object({
  feeds: z.array(
    z.object({
      kind: z.string(),
      instrument: z.string(),
      session: z.string(),
      file: z.string(),
      state: z.enum(['waiting', 'running', 'ended']),
      waitingFor: z.array(z.string()).describe('readers that must register first'),
      speed: FeedSpeed,
      events: z.int().describe('events of the file in the book'),
      totalEvents: z.int(),
      position: z.number().describe('0 to 1'),
      timeNs: z.number(),
      startNs: z.number(),
      endNs: z.number(),
      eventsPerSecond: z.number().nullable().describe('over the last second; null when not measured yet'),
    }),
  ),
});

const decimal = (units: number | undefined): number | null => (units === undefined ? null : fromPriceUnits(units));

export const marketdata = defineEngine({
  service: catalog.marketdata,
  config: MarketDataConfig,
  produces: { bookEvents: topics.bookEvents, trades: topics.trades, bars: topics.bars },
  writes: { quotes: tables.quotes },
  create: (config, io) => MarketDataEngine.open(config, io),
  routes: ({ get }) => [
    get('/api/v1/marketdata/symbols', { reply: Symbols, summary: 'Instruments' }, (_, { config }) => ({
      symbols: config.instruments.map((instrument) => ({
        ...instrument,
        feed: instrument.symbol === config.feed.instrument ? config.feed.kind : null,
      })),
    })),
    get(
      '/api/v1/marketdata/snapshot/:symbol',
      {
        params: BySymbol,
        query: z.object({ levels: z.coerce.number().int().min(1).max(1000).default(10) }),
        reply: Snapshot,
        summary: 'Best quotes, last trade and depth',
      },
      ({ params: { symbol }, query: { levels } }, engine) => {
        const book = engine.bookOf(symbol);
        const depth = (side: number) =>
          (book?.depth(side, levels) ?? []).map((level) => ({ ...level, price: fromPriceUnits(level.price) }));
        return {
          symbol,
          timeNs: engine.timeNs,
          sequence: book ? engine.sequence : 0,
          bid: decimal(book?.bestBid()),
          bidQuantity: book?.bestQuantity(Side.buy) ?? 0,
          ask: decimal(book?.bestAsk()),
          askQuantity: book?.bestQuantity(Side.sell) ?? 0,
          last: book && engine.last > 0 ? fromPriceUnits(engine.last) : null,
          bids: depth(Side.buy),
          asks: depth(Side.sell),
        };
      },
    ),
    get(
      '/api/v1/marketdata/book/:symbol/orders',
      { params: BySymbol, reply: BookOrders, summary: 'Every resting order, for whoever joins late' },
      ({ params: { symbol } }, engine) => {
        const orders: z.infer<typeof BookOrders>['orders'] = [];
        engine.bookOf(symbol)?.forEachOrder((orderId, side, price, quantity) => {
          orders.push({ orderId, side: sides.name(side), price, quantity });
        });
        return { sequence: engine.sequence, timeNs: engine.timeNs, orders };
      },
    ),
    get(
      '/api/v1/marketdata/bars/:symbol',
      {
        params: BySymbol,
        query: z.object({
          interval: z.coerce.number().int().min(1).default(60).describe('seconds'),
          limit: z.coerce.number().int().min(1).max(30_000).default(500),
        }),
        reply: Bars,
        summary: 'Finished bars',
      },
      ({ params: { symbol }, query: { interval, limit } }, engine) => {
        const fed = engine.bookOf(symbol) !== undefined;
        const bars = engine.bars.last(interval, limit);
        if (bars === undefined) throw unknownInterval(interval, engine.config.barSeconds);
        return {
          symbol,
          intervalSeconds: interval,
          bars: (fed ? bars : []).map((bar) => ({
            ...bar,
            open: fromPriceUnits(bar.open),
            high: fromPriceUnits(bar.high),
            low: fromPriceUnits(bar.low),
            close: fromPriceUnits(bar.close),
            notional: fromPriceUnits(bar.notional),
          })),
        };
      },
    ),
    get('/api/v1/marketdata/feeds', { reply: Feeds, summary: 'How far each feed is' }, (_, engine) => ({
      feeds: [engine.feed()],
    })),
  ],
});

const unknownInterval = (interval: number, allowed: readonly number[]): EngineError =>
  new EngineError({
    status: 400,
    code: 'NAUT_BAR_INTERVAL_UNKNOWN',
    message: `there are no bars of ${interval} seconds`,
    value: interval,
    allowed,
    fix: 'add the length to trading.barSeconds of the profile, or ask for one that is built',
  });
