import type { AccountLimits } from '@nautilus/core/domain';
import { PRICE_UNITS, type ViewOf } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';

const INT32_MAX = 0x7fffffff;
const Count = z.int().min(0).max(INT32_MAX);

/** What an account may do. A value equal to a limit is allowed; 0 allows nothing. */
export const Limits = z.strictObject({
  maxOrderQuantity: Count.describe('shares of one order'),
  maxOrderNotional: z
    .number()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER / PRICE_UNITS)
    .refine((money) => Math.round(money * PRICE_UNITS) / PRICE_UNITS === money, 'at most four decimals')
    .describe('currency, of one order'),
  maxPosition: Count.describe('shares, long or short, per instrument, open orders included'),
  collarBasisPoints: z
    .int()
    .min(0)
    .max(10_000)
    .describe('how much worse than the opposite best price a limit price may be'),
  maxOrdersPerSecond: z.int().min(0).max(1_000_000).describe('orders accepted within any second'),
});

export type Limits = z.infer<typeof Limits>;

/** Writes limits into a row of the limits table, in its units. */
export function writeLimits(row: ViewOf<typeof AccountLimits>, limits: Limits): void {
  row.maxOrderNotional = Math.round(limits.maxOrderNotional * PRICE_UNITS);
  row.maxOrderQuantity = limits.maxOrderQuantity;
  row.maxPosition = limits.maxPosition;
  row.collarBasisPoints = limits.collarBasisPoints;
  row.maxOrdersPerSecond = limits.maxOrdersPerSecond;
}
