import { catalog } from '@nautilus/config/catalog';
import { CommandKind, tables, topics } from '@nautilus/core/domain';
import { openJournal } from '@nautilus/core/journal';
import { defineEngine, EngineError } from '@nautilus/core/kernel';
import * as desk from './api/order-desk';
import { submitList } from './api/order-lists';
import { executionPage, orderPage } from './api/pages';
import * as schema from './api/schemas';
import { orderView, refusalView } from './api/views';
import { OmsConfig } from './config';
import { FixGateway } from './fix/gateway';
import type { Sockets } from './gateway';
import { OrderSystem } from './order-system';
import { JOURNAL_NAME } from './replay';
import { SocketDesk } from './socket/desk';

/** Orders from entry to their end: validated, checked against limits, journaled, sent on, and never forgotten. */
export const oms = defineEngine({
  service: catalog.oms,
  config: OmsConfig,
  consumes: {
    orderEntry: topics.orderEntry,
    executionReports: topics.executionReports,
    corporateActions: topics.corporateActions,
  },
  produces: {
    orderCommands: topics.orderCommands,
    executions: topics.executions,
    orderAcks: topics.orderAcks,
    orderUpdates: topics.orderUpdates,
  },
  reads: { limits: tables.limits, quotes: tables.quotes, clock: tables.clock },
  create: async (config, io) => {
    const journal = openJournal({ directory: io.dataDirectory, name: JOURNAL_NAME }, config.journal);
    const system = new OrderSystem(config, io, journal, {
      commands: await io.publish(topics.orderCommands),
      executions: await io.publish(topics.executions),
      acks: await io.publish(topics.orderAcks),
      updates: await io.publish(topics.orderUpdates),
      entries: await io.subscribe(topics.orderEntry, { reliable: true, acknowledge: 'manual' }),
      // From the oldest: the execution system may have started its session first. Reports that are journaled already are no news.
      reports: await io.subscribe(topics.executionReports, { reliable: true, from: 'oldest', acknowledge: 'manual' }),
      // Said once: one that came while this engine was away is done when it is back.
      actions: await io.subscribe(topics.corporateActions, { reliable: true, from: 'oldest', acknowledge: 'manual' }),
    });
    const { fix } = config;
    if (fix) system.openGateway = () => new FixGateway(fix, system, journal, io, config.journal.durability);
    system.sockets = await SocketDesk.open(system, io);
    return system;
  },
  sockets: [
    {
      path: '/api/v1/ws',
      summary:
        'Orders, changes and lists as over HTTP; sessions; orders and executions as they change: docs/websocket.md',
      admit: ({ sockets }) => sockets?.admit(),
      open: (peer, { sockets }) => (sockets as Sockets).connect(peer),
    },
  ],
  routes: ({ get, post, put, del }) => [
    post(
      '/api/v1/orders',
      {
        body: schema.OrderRequest,
        reply: schema.OrderReply,
        summary: 'Enter an order; the same one twice exists once',
      },
      async ({ body, status }, system) => {
        const { created, order } = await desk.submit(system, body);
        status(created ? 201 : 200);
        return order;
      },
    ),
    post(
      '/api/v1/order-lists',
      {
        body: schema.OrderListRequest,
        reply: schema.LinkedOrders,
        summary: 'Enter orders that depend on each other: all of them, or none',
      },
      async ({ body, status }, system) => {
        const { created, orders } = await submitList(system, body);
        status(created ? 201 : 200);
        return { orders };
      },
    ),
    del(
      '/api/v1/orders',
      { query: schema.CancelQuery, reply: schema.CancelReply, summary: 'Cancel all live orders that match' },
      ({ query }, system) => desk.cancelAll(system, query),
    ),
    post(
      '/api/v1/orders/:id/suspend',
      {
        params: schema.OrderPath,
        query: schema.WhichOrder,
        reply: schema.OrderReply,
        summary: 'Take an order off its venue and hold it',
      },
      ({ params, query }, system) => desk.hold(system, params.id, CommandKind.suspend, query),
    ),
    post(
      '/api/v1/orders/:id/resume',
      {
        params: schema.OrderPath,
        query: schema.WhichOrder,
        reply: schema.OrderReply,
        summary: 'Let a suspended order go again',
      },
      ({ params, query }, system) => desk.hold(system, params.id, CommandKind.resume, query),
    ),
    put(
      '/api/v1/orders/:id',
      {
        params: schema.OrderPath,
        query: schema.WhichOrder,
        body: schema.ReplaceRequest,
        reply: schema.OrderReply,
        summary: 'Change quantity or limit price; priority is kept only by a smaller quantity',
      },
      ({ params, query, body }, system) => desk.replace(system, params.id, body, query),
    ),
    del(
      '/api/v1/orders/:id',
      {
        params: schema.OrderPath,
        query: schema.WhichOrder,
        reply: schema.OrderReply,
        summary: 'Cancel what is left',
      },
      ({ params, query }, system) => desk.cancel(system, params.id, query),
    ),
    get(
      '/api/v1/orders/:id',
      {
        params: schema.OrderPath,
        query: schema.WhichOrder,
        reply: schema.OrderReply,
        summary: 'One order, by number or client order id',
      },
      ({ params, query }, system) => {
        const index = desk.find(system, params.id, query);
        if (index >= 0) return orderView(system.state, system.directory, index);
        throw new EngineError({
          status: 404,
          code: 'NAUT_ORDER_UNKNOWN_ORDER',
          message: `there is no order ${params.id}`,
          value: params.id,
          fix: 'GET /api/v1/orders lists them; :id is an order number or a client order id',
        });
      },
    ),
    get(
      '/api/v1/orders',
      { query: schema.OrderQuery, reply: schema.OrderList, summary: 'Orders, newest first' },
      ({ query }, system) => orderPage(system, query),
    ),
    get(
      '/api/v1/executions',
      { query: schema.ExecutionQuery, reply: schema.ExecutionList, summary: 'Fills, newest first' },
      ({ query }, system) => executionPage(system, query),
    ),
    get(
      '/api/v1/rejections',
      { query: schema.RefusalQuery, reply: schema.RefusalList, summary: 'What was refused and why, newest first' },
      ({ query }, system) => ({
        rejections: system.state.refusals.newest(query.limit).map((refusal) => refusalView(system.directory, refusal)),
        total: system.state.refusals.count,
      }),
    ),
    get(
      '/api/v1/state',
      { reply: schema.StateReply, summary: 'How far the journal is, and a fingerprint of what it adds up to' },
      (_, { state, released }) => ({
        sequence: state.record,
        durable: released,
        stateHash: state.hash(),
        orders: state.orders.count,
        executions: state.executions.count,
        rejections: state.refusals.count,
        refusedReports: state.refusedReports,
      }),
    ),
  ],
});
