import { catalog } from '@nautilus/config/catalog';
import { sides, topics } from '@nautilus/core/domain';
import { defineEngine, EngineError, z } from '@nautilus/core/kernel';
import { ExecutionConfig } from './config';
import { CostReply, costReply } from './cost-reply';
import { EstimateReply, estimate } from './estimate';
import { ExecutionEngine } from './execution-engine';
import { parentRecord } from './parent-record';
import { ParentList, ParentReply, parentPage, parentReply, VenueBookReply, venueBookReply } from './replies';
import { ScheduleEstimate, ScheduleQuestion, scheduleEstimate } from './schedule-estimate';
import { costReport } from './tca';

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
        return parentReply(engine.desk, parent, symbolsOf(engine), engine.venues, query.limit);
      },
    ),
    get(
      '/api/v1/parents/:orderId/tca',
      {
        params: z.object({ orderId: z.coerce.number().int().min(1) }),
        reply: CostReply,
        summary: 'What one order has cost in this session, beside the market',
      },
      ({ params }, engine) => {
        const { desk, venues } = engine;
        const parent = desk.orders.find(params.orderId);
        if (parent < 0) throw unknownOrder(params.orderId);
        const record = parentRecord(desk, parent);
        const names = venues.map(({ name }) => name);
        return costReply(costReport(record), symbolsOf(engine)(record.instrument), names);
      },
    ),
    get(
      '/api/v1/estimates',
      {
        query: z.strictObject({
          symbol: z.string(),
          side: z.enum(sides.names),
          quantity: z.coerce.number().int().min(1).max(0x7fffffff),
          restSeconds: z.coerce
            .number()
            .min(0)
            .max(30)
            .default(0)
            .describe('how long it may rest at the near touch before it crosses; 0 crosses at once'),
        }),
        reply: EstimateReply,
        summary: 'What a child order would cost over the mid if it were sent now',
      },
      ({ query }, engine) => {
        const { desk, venues, models } = engine;
        const question = { ...query, instrument: instrumentOf(engine, query.symbol).id };
        return estimate(question, desk.market, venues, models.get(query.symbol)?.slippage ?? null, desk.nowNs);
      },
    ),
    get(
      '/api/v1/estimates/schedule',
      {
        query: ScheduleQuestion,
        reply: ScheduleEstimate,
        summary: 'The schedule of an implementation-shortfall order, and what it is expected to cost',
      },
      ({ query }, engine) => {
        const model = engine.models.get(instrumentOf(engine, query.symbol).symbol);
        if (model === undefined) throw untrained(query.symbol);
        return scheduleEstimate(query, model.impact);
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
        const venue = engine.venues.find(({ name }) => name === params.venue);
        if (venue === undefined) {
          const names = engine.venues.map(({ name }) => name);
          throw unknown('NAUT_VENUE_UNKNOWN', 'venue', params.venue, names);
        }
        const { id, symbol } = instrumentOf(engine, query.symbol ?? engine.instruments[0]!.symbol);
        return venueBookReply(venue, id, symbol, query.levels);
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

function instrumentOf({ instruments }: ExecutionEngine, symbol: string): ExecutionEngine['instruments'][number] {
  const instrument = instruments.find((known) => known.symbol === symbol);
  if (instrument !== undefined) return instrument;
  throw unknown(
    'NAUT_SYMBOL_UNKNOWN',
    'symbol',
    symbol,
    instruments.map((known) => known.symbol),
  );
}

const untrained = (symbol: string): EngineError =>
  new EngineError({
    status: 404,
    code: 'NAUT_MODEL_UNKNOWN',
    message: `nothing was learned about the impact of ${symbol}`,
    value: symbol,
    fix: 'learn it from a recording and deploy again: nautilus train FILE --symbol SYMBOL',
  });

const unknownOrder = (orderId: number): EngineError =>
  new EngineError({
    status: 404,
    code: 'NAUT_ORDER_UNKNOWN',
    message: `order ${orderId} was not worked in this session`,
    value: orderId,
    fix: 'ask the order system, which knows every order: GET /api/v1/orders/:id',
  });
