import { catalog } from '@nautilus/config/catalog';
import { tables, topics } from '@nautilus/core/domain';
import { defineEngine, z } from '@nautilus/core/kernel';
import { PositionConfig } from './config';
import { actionReply } from './corporate-actions/view';
import { callReply } from './margin/view';
import { PositionEngine } from './position-engine';
import { breakReplies, breakReply } from './reconciliation/view';
import * as reply from './replies';
import * as request from './requests';
import { statementOf } from './statement';

/** Positions, profit, cash: the books of the desk. */
export const pms = defineEngine({
  service: catalog.pms,
  config: PositionConfig,
  consumes: { executions: topics.executions },
  produces: { corporateActions: topics.corporateActions },
  reads: { quotes: tables.quotes },
  // From the oldest: a journal that fell behind its cursor is filled up as far as the ring reaches.
  create: async (config, io) =>
    new PositionEngine(
      config,
      io,
      await io.subscribe(topics.executions, { reliable: true, from: 'oldest', acknowledge: 'manual' }),
      await io.publish(topics.corporateActions),
    ),
  routes: ({ get, post, put }) => [
    get(
      '/api/v1/positions',
      {
        query: request.PositionQuery,
        reply: reply.PositionList,
        summary: 'Positions that are open or have earned or lost something',
      },
      ({ query }, { views }) => ({ positions: views.positions(query) }),
    ),
    get(
      '/api/v1/positions/:account/:symbol',
      {
        params: z.object({ account: z.string(), symbol: z.string() }),
        reply: reply.PositionReply,
        summary: 'One position over all strategies, marked to the quote',
      },
      ({ params }, { views }) => views.position(params.account, params.symbol),
    ),
    get(
      '/api/v1/lots',
      { query: reply.LotQuery, reply: reply.LotList, summary: 'Lots, open ones and those that were closed' },
      ({ query }, { views }) => views.lots(query),
    ),
    get(
      '/api/v1/accounts',
      { reply: reply.AccountList, summary: 'Cash, value and profit of each account in its base currency' },
      (_, { views }) => ({ accounts: views.accounts() }),
    ),
    get('/api/v1/cash', { reply: reply.CashList, summary: 'Cash by account and currency' }, (_, { views }) =>
      views.cash(),
    ),
    post(
      '/api/v1/cash',
      {
        body: request.CashRequest,
        reply: request.BookedReply,
        summary: 'Book a deposit, a withdrawal, interest, a fee or a correction',
      },
      async ({ body, status }, engine) => {
        const record = await engine.enterOnce({ kind: 'cash', ...body, amount: request.toUnits(body.amount) });
        status(record === null ? 200 : 201);
        return { id: body.id, record };
      },
    ),
    post(
      '/api/v1/conversions',
      {
        body: request.ConversionRequest,
        reply: request.BookedReply,
        summary: 'Book one currency of an account for another',
      },
      async ({ body: { id, account, sold, bought }, status }, engine) => {
        const units = ({ currency, amount }: typeof sold) => ({ currency, amount: request.toUnits(amount) });
        const record = await engine.enterOnce({
          kind: 'conversion',
          id,
          account,
          sold: units(sold),
          bought: units(bought),
        });
        status(record === null ? 200 : 201);
        return { id, record };
      },
    ),
    put(
      '/api/v1/rates',
      { body: request.RateRequest, reply: request.RateRequest, summary: 'Set what one currency is worth in another' },
      async ({ body }, engine) => {
        await engine.enter({ kind: 'rate', ...body });
        return body;
      },
    ),
    get(
      '/api/v1/ledger',
      { reply: reply.LedgerReply, summary: 'Trial balance: every account of the ledger that is not 0' },
      (_, { views }) => views.ledger(),
    ),
    get(
      '/api/v1/ledger/entries',
      { query: reply.EntryQuery, reply: reply.EntryList, summary: 'Lines of journal entries, newest first' },
      ({ query }, { views }) => views.entries(query),
    ),
    get('/api/v1/margin', { reply: reply.MarginList, summary: 'Equity and margin of every account' }, (_, engine) => ({
      margin: engine.margin.replies(),
    })),
    get(
      '/api/v1/margin/calls',
      { reply: reply.MarginCallList, summary: 'Margin calls, the newest hundred of each account' },
      (_, { books }) => ({ calls: books.calls.all.map(callReply) }),
    ),
    post(
      '/api/v1/corporate-actions',
      {
        body: request.CorporateActionRequest,
        reply: request.BookedReply,
        summary: 'Announce a corporate action; it is done when its ex date begins',
      },
      async ({ body, status }, engine) => {
        const record = await engine.enterOnce(request.toAction(body));
        status(record === null ? 200 : 201);
        return { id: body.id, record };
      },
    ),
    get(
      '/api/v1/corporate-actions',
      { reply: reply.ActionList, summary: 'Corporate actions and what they adjust history by' },
      (_, { books }) => ({ actions: [...books.actions.values()].map(actionReply) }),
    ),
    post(
      '/api/v1/reconciliation/statements',
      {
        body: request.StatementRequest,
        reply: reply.StatementReply,
        summary: 'Compare the books with a custodian’s file of all accounts',
      },
      async ({ body: { id, custodian, content }, status }, engine) => {
        const { record, lines } = await engine.statement(id, custodian, content);
        status(record === null ? 200 : 201);
        return { id, record, lines, breaks: breakReplies(engine.books.breaks, { source: custodian }) };
      },
    ),
    get(
      '/api/v1/reconciliation/breaks',
      {
        query: request.BreakQuery,
        reply: reply.BreakList,
        summary: 'Breaks that are not resolved, or those of a state',
      },
      ({ query }, { books }) => ({ breaks: breakReplies(books.breaks, query) }),
    ),
    post(
      '/api/v1/reconciliation/explanations',
      { body: request.ExplainRequest, reply: reply.BreakReply, summary: 'Say why a break is there' },
      async ({ body }, engine) => {
        await engine.enter({ kind: 'explain', ...body });
        return breakReply(engine.books.breaks.get(body.break)!);
      },
    ),
    get(
      '/api/v1/statements/:account',
      {
        params: z.object({ account: z.string() }),
        query: z.object({ day: z.iso.date().optional() }),
        reply: reply.StatementOfAccount,
        summary: 'An account’s day in the ledger: opening, movements, closing',
      },
      ({ params, query }, { books, views }) => statementOf(books, views.account(params.account), query.day),
    ),
    post(
      '/api/v1/day/roll',
      {
        body: request.RollRequest,
        reply: request.RollReply,
        summary: 'End of day: what is due settles and the next business day begins',
      },
      async ({ body }, engine) => ({ record: await engine.roll(body.closes), day: engine.books.day }),
    ),
    get(
      '/api/v1/state',
      { reply: reply.StateReply, summary: 'How far executions are booked, and a fingerprint of the result' },
      (_, engine) => engine.state(),
    ),
  ],
});
