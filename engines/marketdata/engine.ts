import { catalog } from '@nautilus/config/catalog';
import { barKinds, fromPriceUnits, Side, sides, tables, topics } from '@nautilus/core/domain';
import { defineEngine, EngineError, z } from '@nautilus/core/kernel';
import { FeedSpeed, MarketDataConfig, symbolsOf } from './config';
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

const Level = z.object({
  price: Price,
  quantity: z.int(),
  orders: z.int(),
  venues: z.array(z.object({ venue: z.string(), quantity: z.int() })).describe('what of it stands where'),
});
const Snapshot = z.object({
  symbol: z.string(),
  venue: z.string().nullable().describe('null: all venues as one book'),
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
        venue: z.int().describe('place in trading.venues, from 0'),
      }),
    )
    .describe('in priority order'),
  stale: z.array(z.int()).describe('venues whose book is not the market’s, since messages are missing'),
});

const Bars = z.object({
  symbol: z.string(),
  kind: z.enum(barKinds.names),
  size: z.int().describe('seconds, trades, shares or units of the currency'),
  bars: z
    .array(
      z.object({
        timeNs: z
          .number()
          .describe('start of the interval, of other than time bars the first trade; nanoseconds after midnight'),
        open: Price,
        high: Price,
        low: Price,
        close: Price,
        volume: z.number(),
        notional: z.number().describe('sum of price times quantity, in currency'),
        trades: z.int(),
      }),
    )
    .describe('finished bars, oldest first; an interval without a trade has no time bar'),
});

const Feeds = z.object({
  feeds: z.array(
    z.object({
      kind: z.string(),
      instruments: z.array(z.string()),
      venue: z.string().nullable().describe('null: orders are spread over the venues'),
      session: z.string(),
      file: z.string().nullable(),
      state: z.enum(['waiting', 'running', 'ended', 'failed']),
      problem: z.object({ code: z.string(), message: z.string() }).nullable().describe('why it has failed'),
      waitingFor: z.array(z.string()).describe('readers that must register first'),
      speed: FeedSpeed,
      events: z.int().describe('lines or messages taken'),
      totalEvents: z.int().nullable(),
      position: z.number().nullable().describe('0 to 1; null where the end is not known'),
      timeNs: z.number(),
      startNs: z.number().nullable(),
      endNs: z.number().nullable(),
      stale: z.boolean().describe('messages are missing: its quotes are not shown'),
      skipped: z.int(),
      duplicates: z.int(),
      reordered: z.int(),
      gaps: z.int(),
      recovered: z.int(),
      clockJumps: z.int(),
      eventsPerSecond: z.number().nullable().describe('of all feeds over the last second; null when not measured yet'),
    }),
  ),
});

export const marketdata = defineEngine({
  service: catalog.marketdata,
  config: MarketDataConfig,
  produces: { bookEvents: topics.bookEvents, trades: topics.trades, bars: topics.bars },
  writes: { quotes: tables.quotes, clock: tables.clock },
  create: (config, io) => MarketDataEngine.open(config, io),
  routes: ({ get }) => [
    get('/api/v1/marketdata/symbols', { reply: Symbols, summary: 'Instruments' }, (_, { config }) => {
      const symbols = config.instruments.map(({ symbol }) => symbol);
      const feedOf = (symbol: string) => config.feeds.find((feed) => symbolsOf(feed, symbols).includes(symbol));
      return {
        symbols: config.instruments.map((instrument) => ({
          ...instrument,
          feed: feedOf(instrument.symbol)?.kind ?? null,
        })),
      };
    }),
    get(
      '/api/v1/marketdata/snapshot/:symbol',
      {
        params: BySymbol,
        query: z.object({
          levels: z.coerce.number().int().min(1).max(1000).default(10),
          venue: z.string().optional().describe('left out: all venues as one book'),
        }),
        reply: Snapshot,
        summary: 'Best quotes, last trade and depth',
      },
      ({ params: { symbol }, query: { levels, venue } }, { markets, config, sequence, timeNs }) => {
        const market = markets.of(symbol);
        const place = markets.venue(venue);
        const depth = (side: number) =>
          (market?.depth(side, levels, place) ?? []).map((level) => ({
            ...level,
            price: fromPriceUnits(level.price),
            venues: level.venues.map((part) => ({ venue: config.venues[part.venue]!.name, quantity: part.quantity })),
          }));
        const [bids, asks] = [depth(Side.buy), depth(Side.sell)];
        return {
          symbol,
          venue: venue ?? null,
          timeNs,
          sequence: market ? sequence : 0,
          bid: bids[0]?.price ?? null,
          bidQuantity: bids[0]?.quantity ?? 0,
          ask: asks[0]?.price ?? null,
          askQuantity: asks[0]?.quantity ?? 0,
          last: market && market.last > 0 ? fromPriceUnits(market.last) : null,
          bids,
          asks,
        };
      },
    ),
    get(
      '/api/v1/marketdata/book/:symbol/orders',
      { params: BySymbol, reply: BookOrders, summary: 'Every resting order, for whoever joins late' },
      ({ params: { symbol } }, { markets, sequence, timeNs }) => {
        const orders: z.infer<typeof BookOrders>['orders'] = [];
        const market = markets.of(symbol);
        market?.forEachOrder((venue, orderId, side, price, quantity) => {
          orders.push({ orderId, side: sides.name(side), price, quantity, venue });
        });
        return { sequence, timeNs, orders, stale: market?.staleVenues ?? [] };
      },
    ),
    get(
      '/api/v1/marketdata/bars/:symbol',
      {
        params: BySymbol,
        query: z.object({
          kind: z.enum(barKinds.names).default('time'),
          size: z.coerce.number().int().min(1).default(60).describe('seconds, trades, shares or units of the currency'),
          limit: z.coerce.number().int().min(1).max(30_000).default(500),
        }),
        reply: Bars,
        summary: 'Finished bars',
      },
      ({ params: { symbol }, query: { kind, size, limit } }, { markets, history, config }) => {
        const { id } = markets.instrument(symbol);
        if (!config.bars.some((spec) => spec.kind === kind && spec.size === size))
          throw unknownBars(kind, size, config.bars);
        return {
          symbol,
          kind,
          size,
          bars: history.last(id, { kind: barKinds.code(kind), size }, limit).map((bar) => ({
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
      feeds: engine.feeds(),
    })),
  ],
});

const unknownBars = (kind: string, size: number, bars: MarketDataConfig['bars']): EngineError =>
  new EngineError({
    status: 400,
    code: 'NAUT_BARS_UNKNOWN',
    message: `there are no ${kind} bars of ${size}`,
    value: `${kind} ${size}`,
    allowed: bars.map((spec) => `${spec.kind} ${spec.size}`),
    fix: 'add them to trading.bars of the profile, or ask for ones that are built',
  });
