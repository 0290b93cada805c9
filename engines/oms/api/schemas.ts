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
  type: z.enum(['limit', 'market']),
  /** In the instrument's currency; limit orders only. */
  limitPrice: z.number().optional(),
  timeInForce: z.enum(['day', 'ioc', 'fok', 'postOnly']).default('day'),
  algorithm: z
    .strictObject({
      kind: z.literal('twap'),
      durationSeconds: z.number().positive(),
      slices: z.int().min(1).max(100_000),
    })
    .optional(),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

/** What of an order may change. What is left out stays. */
export const ReplaceRequest = z
  .strictObject({
    quantity: z.number().optional().describe('the new total, what is filled included'),
    limitPrice: z.number().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name a quantity, a limitPrice, or both');
export type ReplaceRequest = z.infer<typeof ReplaceRequest>;

export const OrderReply = z.object({
  orderId: z.number(),
  clientOrderId: z.union([z.string(), z.number()]),
  account: z.string(),
  symbol: z.string(),
  side: z.string(),
  type: z.string(),
  timeInForce: z.string(),
  quantity: z.number(),
  limitPrice: z.number().optional(),
  algorithm: z
    .object({
      kind: z.string(),
      durationSeconds: z.number(),
      slices: z.number(),
      /** Market time, nanoseconds after midnight of the session's day. */
      startNs: z.number(),
      endNs: z.number(),
    })
    .optional(),
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
export const OrderQuery = z.strictObject({ ...Page, account: z.string().optional(), status: Status.optional() });
export type OrderQuery = z.infer<typeof OrderQuery>;
export const ExecutionQuery = z.strictObject({ ...Page, orderId: z.coerce.number().int().min(1).optional() });
export type ExecutionQuery = z.infer<typeof ExecutionQuery>;
export const RefusalQuery = z.strictObject({ limit: limit.max(1024).default(100) });
export const OrderPath = z.object({ id: z.string().describe('an order number or a client order id') });
export const WhichOrder = z.strictObject({
  account: z.string().optional().describe('the client order id is one of this account'),
  by: z.enum(['orderId', 'clientOrderId']).optional().describe('what :id is, when it could be either'),
});
export type WhichOrder = z.infer<typeof WhichOrder>;
