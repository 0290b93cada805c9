import { z } from '@nautilus/core/kernel';
import { OrderStatus } from '../life-cycle';

const { none: _, ...statuses } = OrderStatus;
const Status = z.enum(Object.keys(statuses) as [keyof typeof statuses]);

/** Orders as clients send them: the shape is checked here, the content by the order system, which journals what it refuses. */
export const OrderRequest = z.strictObject({
  /** The client's own id, unique per account: sending the same order twice under it enters it once. */
  clientOrderId: z.string(),
  account: z.string(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  quantity: z.number(),
  type: z.enum(['limit', 'market', 'stop', 'stopLimit']),
  /** In the instrument's currency; limit and stopLimit orders only. */
  limitPrice: z.number().optional(),
  stopPrice: z
    .number()
    .optional()
    .describe(
      'of stop and stopLimit orders: the last trade that lets them go, for a buy at or above it, for a sell at or below',
    ),
  timeInForce: z.enum(['day', 'ioc', 'fok', 'postOnly']).default('day'),
  strategy: z
    .int()
    .min(0)
    .max(0x7fffffff)
    .default(0)
    .describe('number of the strategy that the position is kept under; 0: none'),
  algorithm: z
    .strictObject({
      kind: z.enum(['twap', 'vwap', 'pov', 'is']),
      durationSeconds: z.number().positive(),
      slices: z.int().min(1).max(100_000),
      participation: z
        .number()
        .min(0.0001)
        .max(1)
        .optional()
        .describe('part of the volume of others: the rate of pov, the most of the others'),
      riskAversion: z
        .number()
        .min(0)
        .optional()
        .describe('of is: what a unit of variance may cost, per unit of currency (λ of Almgren and Chriss)'),
    })
    .optional(),
  displayQuantity: z
    .int()
    .min(1)
    .max(0x7fffffff)
    .optional()
    .describe('most that is shown at the venues at a time (iceberg)'),
  care: z
    .boolean()
    .default(false)
    .describe('worked by hand: it stays here, and orders that name it as parent trade for it'),
  parent: z.int().min(1).optional().describe('number of the care order that it is a child of'),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

/** What of an order may change. What is left out stays. */
export const ReplaceRequest = z
  .strictObject({
    quantity: z.number().optional().describe('the new total, what is filled included'),
    limitPrice: z.number().optional(),
    stopPrice: z.number().optional().describe('of a stop that has not been triggered'),
  })
  .refine((change) => Object.keys(change).length > 0, 'name a quantity, a limitPrice or a stopPrice');
export type ReplaceRequest = z.infer<typeof ReplaceRequest>;

/** Orders that depend on each other: all of them, or none. */
export const OrderListRequest = z.strictObject({
  contingency: z
    .enum(['oco', 'oto', 'bracket'])
    .describe(
      'oco: one cancels the other; oto: the first triggers the others; bracket: the first triggers the others, which are exits of it and cancel each other',
    ),
  orders: z.array(OrderRequest).min(2).max(16).describe('of one account'),
});
export type OrderListRequest = z.infer<typeof OrderListRequest>;

export const OrderReply = z.object({
  orderId: z.number(),
  clientOrderId: z.union([z.string(), z.number()]),
  account: z.string(),
  symbol: z.string(),
  side: z.string(),
  type: z.string(),
  timeInForce: z.string(),
  strategy: z.number(),
  session: z.int().optional().describe('of its client; below 0 over a WebSocket'),
  quantity: z.number(),
  limitPrice: z.number().optional(),
  stopPrice: z.number().optional(),
  care: z.boolean().optional(),
  parent: z.number().optional(),
  children: z.array(z.number()).optional().describe('of a care order'),
  contingency: z.string().optional(),
  linked: z.array(z.number()).optional().describe('the other orders of its group'),
  held: z.array(z.string()).optional().describe('what a suspended order waits for: list, primary, stop, trader'),
  algorithm: z
    .object({
      kind: z.string(),
      durationSeconds: z.number(),
      slices: z.number(),
      /** Market time, nanoseconds after midnight of the session's day. */
      startNs: z.number(),
      endNs: z.number(),
      participation: z.number().optional(),
      riskAversion: z.number().optional(),
    })
    .optional(),
  displayQuantity: z.number().optional(),
  status: Status,
  filledQuantity: z.number(),
  leftQuantity: z.number(),
  averagePrice: z.number().optional().describe('of its fills, to eight decimals; absent while there are none'),
  reason: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type OrderReply = z.infer<typeof OrderReply>;

const page = {
  total: z.int().describe('how many match, on all pages'),
  next: z.int().nullable().describe('send it as `before` for the next page; null on the last one'),
};
export const OrderList = z.object({ orders: z.array(OrderReply), ...page });
export const LinkedOrders = z.object({ orders: z.array(OrderReply) });

export const ExecutionReply = z.object({
  executionId: z.number(),
  orderId: z.number(),
  childId: z.number(),
  account: z.string(),
  symbol: z.string(),
  side: z.string(),
  price: z.number(),
  quantity: z.number(),
  liquidity: z.enum(['maker', 'taker']),
  fee: z.number().describe("in the instrument's currency; negative is a rebate"),
  venue: z.int().describe('place in trading.venues, from 0'),
  /** Market time, nanoseconds after midnight of the session's day. */
  timeNs: z.number(),
  at: z.string(),
});
export type ExecutionReply = z.infer<typeof ExecutionReply>;

export const ExecutionList = z.object({ executions: z.array(ExecutionReply), ...page });

export const RefusalReply = z.object({
  number: z.number(),
  at: z.string(),
  clientOrderId: z.union([z.string(), z.number()]),
  account: z.string().optional().describe('absent when the request named none that exists, as is symbol'),
  symbol: z.string().optional(),
  request: z.string(),
  orderId: z.number().optional(),
  reason: z.string(),
  code: z.string(),
});

export const RefusalList = z.object({
  rejections: z.array(RefusalReply),
  total: z.int().describe('since the journal began; the last 1,024 can be asked for'),
});

export const StateReply = z.object({
  /** Records in the journal. */
  sequence: z.number(),
  /** The last of them that is on disk. */
  durable: z.number(),
  stateHash: z.string(),
  orders: z.number(),
  executions: z.number(),
  rejections: z.number(),
  refusedReports: z.number(),
});

const limit = z.coerce.number().int().min(1);
const Page = {
  limit: limit.max(10_000).default(100),
  before: z.coerce.number().int().min(1).optional().describe('only what has a smaller number'),
};
const strategy = z.coerce.number().int().min(0).max(0x7fffffff).optional();
export const OrderQuery = z.strictObject({
  ...Page,
  account: z.string().optional(),
  symbol: z.string().optional(),
  strategy,
  status: Status.optional(),
});
export type OrderQuery = z.infer<typeof OrderQuery>;
export const CancelQuery = z
  .strictObject({
    account: z.string().optional(),
    symbol: z.string().optional(),
    side: z.enum(['buy', 'sell']).optional(),
    strategy,
    all: z.literal('true').optional().describe('every order of every account'),
  })
  .refine((query) => Object.keys(query).length > 0, 'name what is cancelled, or all=true');
export type CancelQuery = z.infer<typeof CancelQuery>;
export const CancelReply = z.object({
  cancelled: z.int().describe('orders that were live and matched: ended, or asked to be'),
  record: z.int().describe('of the journal, that began it'),
});
export const ExecutionQuery = z.strictObject({ ...Page, orderId: z.coerce.number().int().min(1).optional() });
export type ExecutionQuery = z.infer<typeof ExecutionQuery>;
export const RefusalQuery = z.strictObject({ limit: limit.max(1024).default(100) });
export const OrderPath = z.object({ id: z.string().describe('an order number or a client order id') });
export const WhichOrder = z.strictObject({
  account: z.string().optional().describe('the client order id is one of this account'),
  by: z.enum(['orderId', 'clientOrderId']).optional().describe('what :id is, when it could be either'),
});
export type WhichOrder = z.infer<typeof WhichOrder>;
