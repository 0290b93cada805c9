import { catalog } from '@nautilus/config/catalog';
import { topics } from '@nautilus/core/domain';
import { defineEngine, EngineError, z } from '@nautilus/core/kernel';
import { ExecutionConfig } from './config';
import { ExecutionEngine } from './execution-engine';
import { ParentList, ParentReply, parentPage, parentReply, VenueBookReply, venueBookReply } from './replies';

const Limit = z.coerce.number().int().min(1).max(10_000).default(100);

export const ems = defineEngine({
  service: catalog.ems,
  config: ExecutionConfig,
  consumes: { bookEvents: topics.bookEvents, orderCommands: topics.orderCommands },
  produces: { executionReports: topics.executionReports },
  create: async (config, io) =>
    new ExecutionEngine(config, io, {
      reports: await io.publish(topics.executionReports),
      commands: await io.subscribe(topics.orderCommands, { reliable: true }),
      // From here on the market waits for us; events before the snapshot's are passed over.
      feed: await io.subscribe(topics.bookEvents, { reliable: true, from: 'newest' }),
    }),
  routes: ({ get }) => [
    get(
      '/api/v1/parents',
      {
        query: z.strictObject({
          limit: Limit,
          before: z.coerce.number().int().min(1).optional().describe('only smaller order numbers'),
        }),
        reply: ParentList,
        summary: 'Orders that are or were worked in this session, newest first',
      },
      ({ query }, engine) => parentPage(engine.desk.orders, symbolsOf(engine), query),
    ),
    get(
      '/api/v1/parents/:orderId',
      {
        params: z.object({ orderId: z.coerce.number().int().min(1) }),
        query: z.strictObject({ limit: Limit }),
        reply: ParentReply,
        summary: 'One order with its schedule and its children',
      },
      ({ params, query }, engine) => {
        const parent = engine.desk.orders.find(params.orderId);
        if (parent < 0) throw unknownOrder(params.orderId);
        return parentReply(engine.desk.orders, parent, symbolsOf(engine), engine.venue, query.limit);
      },
    ),
    get(
      '/api/v1/venues/:venue/book',
      {
        params: z.object({ venue: z.string() }),
        query: z.object({
          symbol: z.string().optional().describe('the first instrument when not given'),
          levels: z.coerce.number().int().min(1).max(1000).default(10),
        }),
        reply: VenueBookReply,
        summary: 'The book in which our orders queue',
      },
      ({ params, query }, engine) => {
        if (params.venue !== engine.venue.name)
          throw unknown('NAUT_VENUE_UNKNOWN', 'venue', params.venue, [engine.venue.name]);
        const symbols = engine.instruments.map(({ symbol }) => symbol);
        const symbol = query.symbol ?? symbols[0]!;
        const instrument = engine.instruments.find((known) => known.symbol === symbol);
        if (instrument === undefined) throw unknown('NAUT_SYMBOL_UNKNOWN', 'symbol', symbol, symbols);
        return venueBookReply(engine.venue, instrument.id, symbol, query.levels);
      },
    ),
  ],
});

const symbolsOf =
  (engine: ExecutionEngine) =>
  (instrument: number): string =>
    engine.instruments.find(({ id }) => id === instrument)?.symbol ?? `unknown(${instrument})`;

const unknown = (code: `NAUT_${string}`, what: string, value: string, allowed: readonly string[]): EngineError =>
  new EngineError({ status: 404, code, message: `there is no ${what} ${value}`, value, allowed });

const unknownOrder = (orderId: number): EngineError =>
  new EngineError({
    status: 404,
    code: 'NAUT_ORDER_UNKNOWN',
    message: `order ${orderId} was not worked in this session`,
    value: orderId,
    fix: 'ask the order system, which knows every order: GET /api/v1/orders/:id',
  });
