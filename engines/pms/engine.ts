import { catalog } from '@nautilus/config/catalog';
import { tables, topics } from '@nautilus/core/domain';
import { defineEngine, z } from '@nautilus/core/kernel';
import { PositionConfig } from './config';
import { PositionEngine } from './position-engine';
import { CashList, PositionList, PositionReply, StateReply } from './replies';

export const pms = defineEngine({
  service: catalog.pms,
  config: PositionConfig,
  consumes: { executions: topics.executions },
  reads: { quotes: tables.quotes },
  // From the oldest: a journal that fell behind its cursor is filled up as far as the ring reaches.
  create: async (config, io) =>
    new PositionEngine(
      config,
      io,
      await io.subscribe(topics.executions, { reliable: true, from: 'oldest', acknowledge: 'manual' }),
    ),
  routes: ({ get }) => [
    get(
      '/api/v1/positions',
      { reply: PositionList, summary: 'Positions that are open or have realised something' },
      (_, engine) => ({ positions: engine.positions() }),
    ),
    get(
      '/api/v1/positions/:account/:symbol',
      {
        params: z.object({ account: z.string(), symbol: z.string() }),
        reply: PositionReply,
        summary: 'One position, marked to the quote',
      },
      ({ params }, engine) => engine.position(params.account, params.symbol),
    ),
    get('/api/v1/cash', { reply: CashList, summary: 'Cash by account and currency' }, (_, engine) => engine.cash()),
    get(
      '/api/v1/state',
      { reply: StateReply, summary: 'How far executions are booked, and a fingerprint of the result' },
      (_, engine) => engine.state(),
    ),
  ],
});
