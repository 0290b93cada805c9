import { PRICE_UNITS } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';
import { cashMovements } from './books/events';
import type { CorporateAction } from './corporate-actions/actions';
import { breakStates } from './reconciliation/breaks';

const Id = z
  .string()
  .min(1)
  .max(64)
  .describe('chosen by the client: the same request under it is booked once, another one is refused');

/** Money as the API has it: at most four decimals. */
const Amount = z
  .number()
  .positive()
  .max(9e11)
  .refine(
    (amount) => Math.abs(amount * PRICE_UNITS - Math.round(amount * PRICE_UNITS)) < 1e-5,
    'at most four decimals',
  );

export const toUnits = (amount: number): number => Math.round(amount * PRICE_UNITS);

const Currency = z.string().length(3);

export const CashRequest = z.object({
  id: Id,
  account: z.string(),
  currency: Currency,
  movement: z.enum(cashMovements).describe('adjustment: a correction by hand, against suspense'),
  amount: Amount.describe('in units of the currency'),
});

export const ConversionRequest = z.object({
  id: Id,
  account: z.string(),
  sold: z.object({ currency: Currency, amount: Amount }),
  bought: z.object({ currency: Currency, amount: Amount }),
});

export const RateRequest = z.object({
  from: Currency,
  to: Currency,
  rate: z.number().positive().describe('worth of one unit of `from` in `to`'),
});

export const RollRequest = z.object({
  closes: z.iso.date().describe('the business day that ends: a day is closed once'),
});

export const RollReply = z.object({
  record: z.int().nullable().describe('journal record; null when the day had ended before'),
  day: z.string().describe('the business day now'),
});

export const PositionQuery = z.object({
  account: z.string().optional(),
  symbol: z.string().optional(),
  strategy: z.coerce.number().int().optional(),
  by: z.enum(['holding', 'strategy']).default('holding').describe('one row over all strategies, or one each'),
});

export const BookedReply = z.object({
  id: z.string(),
  record: z.int().nullable().describe('journal record; null when it was booked before'),
});

export const StatementRequest = z.object({
  id: Id,
  custodian: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .refine((name) => name !== 'oms', 'oms is the order system’s own')
    .describe('whose file it is: up to 32 small letters, digits and dashes'),
  content: z.string().min(1).describe('CSV with the columns account,symbol,currency,quantity,as_of,settled'),
});

export const BreakQuery = z.object({
  state: z.enum(breakStates).optional(),
  account: z.string().optional(),
  source: z.string().optional(),
});

export const ExplainRequest = z.object({
  break: z.string().describe('id of the break'),
  note: z.string().min(1).max(500).describe('why it is there'),
});

const Terms = z.object({
  id: Id,
  symbol: z.string(),
  exDate: z.iso.date().describe('first day without it: it is done to what is held when the day before ends'),
});
const count = z.int().min(1).max(1_000_000);
const Price = z
  .number()
  .positive()
  .max(200_000)
  .refine((price) => Math.abs(price * PRICE_UNITS - Math.round(price * PRICE_UNITS)) < 1e-5, 'at most four decimals');
const AShare = z
  .number()
  .min(0)
  .max(200_000)
  .refine((amount) => Math.abs(amount * 1e8 - Math.round(amount * 1e8)) < 1e-2, 'at most eight decimals')
  .describe('currency a share, at most eight decimals');

/** See `corporate-actions/actions.ts`. */
export const CorporateActionRequest = z.discriminatedUnion('type', [
  Terms.extend({
    type: z.literal('split'),
    over: count.describe('new shares'),
    under: count.describe('for so many old ones'),
    price: Price.describe('of one new share, for fractions'),
  }),
  Terms.extend({
    type: z.literal('stock-dividend'),
    over: count.describe('more shares'),
    under: count.describe('for so many'),
    price: Price.describe('of one share, for fractions'),
  }),
  Terms.extend({ type: z.literal('cash-dividend'), amount: AShare, payDate: z.iso.date() }),
  Terms.extend({
    type: z.literal('merger'),
    into: z.string().nullable().describe('symbol of the shares that come; null: cash only'),
    over: z.int().min(0).max(1_000_000).describe('new shares; 0 for cash only'),
    under: count.describe('for so many old ones'),
    amount: AShare.describe('cash for each old share'),
    price: Price.nullable().describe('of one new share: for fractions, and to part the cost; null for cash only'),
    payDate: z.iso.date(),
  }),
  Terms.extend({
    type: z.literal('spin-off'),
    into: z.string().describe('symbol of the shares that come'),
    over: count.describe('new shares'),
    under: count.describe('for so many old ones'),
    costBasisPoints: z.int().min(0).max(10_000).describe('part of the cost that goes with them'),
    price: Price.describe('of one new share, for fractions'),
  }),
  Terms.extend({ type: z.literal('symbol-change'), into: z.string().min(1).max(12) }),
]);

/** As it is journaled: prices in price units, amounts a share in 1e-8. */
export function toAction(request: z.infer<typeof CorporateActionRequest>): CorporateAction {
  const e8 = (amount: number) => Math.round(amount * 1e8);
  switch (request.type) {
    case 'cash-dividend':
      return { kind: 'corporate-action', ...request, amount: e8(request.amount) };
    case 'merger':
      return { kind: 'corporate-action', ...request, amount: e8(request.amount), price: toUnits(request.price ?? 0) };
    case 'symbol-change':
      return { kind: 'corporate-action', ...request };
    default:
      return { kind: 'corporate-action', ...request, price: toUnits(request.price) };
  }
}
