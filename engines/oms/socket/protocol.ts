/** What clients send over the WebSocket. Orders, lists and changes are those of the HTTP routes. */
import { z } from '@nautilus/core/kernel';
import { CancelQuery, OrderListRequest, OrderRequest, ReplaceRequest, WhichOrder } from '../api/schemas';

/** Comes back with the answer. */
const id = z.union([z.string().max(64), z.number()]).optional();
const request = <const Op extends string, Shape extends z.ZodRawShape>(op: Op, shape: Shape) =>
  z.strictObject({ id, op: z.literal(op), ...shape });
const account = z.string().optional().describe('orders of this account alone');
const session = z.literal('own').optional().describe("orders of this connection's session alone");
const channel = z.enum(['orders', 'executions']);
const aboutOne = { order: z.string().describe('an order number or a client order id'), which: WhichOrder.optional() };

export const SocketRequest = z.discriminatedUnion('op', [
  request('logon', {
    accounts: z.array(z.string()).min(1).max(64),
    cancelOnDisconnect: z.boolean().default(false),
    heartbeatMs: z.int().min(500).max(300_000).optional(),
  }),
  request('logoff', {}),
  request('place', { order: OrderRequest }),
  request('placeList', { list: OrderListRequest }),
  request('replace', { ...aboutOne, change: ReplaceRequest }),
  request('cancel', aboutOne),
  request('suspend', aboutOne),
  request('resume', aboutOne),
  request('cancelAll', { scope: CancelQuery.optional(), session }),
  request('subscribe', {
    channel,
    account,
    session,
    after: z
      .int()
      .min(0)
      .optional()
      .describe('of executions: the number of the last one that is known; left out: what comes from now on'),
  }),
  request('unsubscribe', { channel }),
]);
export type SocketRequest = z.infer<typeof SocketRequest>;
