import { z } from '@nautilus/core/kernel';

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
export const ReplaceRequest = z.strictObject({
  /** The new total, what is filled included. */
  quantity: z.number().optional(),
  limitPrice: z.number().optional(),
});
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
  status: z.string(),
  filledQuantity: z.number(),
  leftQuantity: z.number(),
  averagePrice: z.number().optional().describe('of its fills, to eight decimals; absent while there are none'),
  reason: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type OrderReply = z.infer<typeof OrderReply>;

export const OrderList = z.object({ orders: z.array(OrderReply), total: z.number() });

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

export const ExecutionList = z.object({ executions: z.array(ExecutionReply), total: z.number() });

export const RefusalReply = z.object({
  number: z.number(),
  at: z.string(),
  clientOrderId: z.union([z.string(), z.number()]),
  account: z.string(),
  symbol: z.string(),
  request: z.string(),
  orderId: z.number().optional(),
  reason: z.string(),
  code: z.string(),
});

export const RefusalList = z.object({ rejections: z.array(RefusalReply), total: z.number() });

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

const Page = { limit: z.coerce.number().int().min(1).max(10_000).default(100) };
export const OrderQuery = z.object({ ...Page, account: z.string().optional(), status: z.string().optional() });
export const ExecutionQuery = z.object({ ...Page, orderId: z.coerce.number().int().optional() });
export const PageQuery = z.object(Page);
export const OrderPath = z.object({ id: z.string() });
export const AccountQuery = z.object({ account: z.string().optional() });
